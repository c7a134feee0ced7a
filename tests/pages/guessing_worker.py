"""A worker of its own for test_guessing: tries wrong codes for one reference, and prints each answer."""

import sys

from hubfinder import create_app
from tests.support.following import hidden


def main() -> None:
    reference, times = sys.argv[1], int(sys.argv[2])
    client = create_app().test_client()
    for _ in range(times):
        typed = {"reference": reference, "code": "0" * 12}
        answer = client.post("/follow", data={**hidden(client.get("/follow")), **typed})
        print(answer.status_code, flush=True)  # noqa: T201


main()
