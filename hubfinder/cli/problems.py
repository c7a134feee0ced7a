"""What the command line says of a place it cannot use: a code for machines and a sentence for people."""

import json

import click

from hubfinder.places.problems import code_of, sentence_of
from hubfinder.places.values import PlaceProblem


def say_problem(problem: PlaceProblem, *, as_json: bool) -> None:
    """Print what is the matter: an object for machines, or a sentence on the error stream."""
    if as_json:
        found = {"error": code_of(problem), "message": sentence_of(problem)}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(sentence_of(problem), err=True)
