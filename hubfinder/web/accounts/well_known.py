"""What stands under /.well-known/: whom to tell of a hole (RFC 9116), and where a password is changed."""

from datetime import timedelta

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import utc_now
from hubfinder.web.accounts.blueprint import pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings

HOLDS = timedelta(days=180)


@public_page(pages, "/.well-known/security.txt", translated=False)
def security_txt() -> ResponseReturnValue:
    """Made anew for whoever asks, so that it never expires while the instance runs."""
    address = settings().site_address
    lines = (
        f"Contact: {settings().security_contact or address + '/about'}",
        f"Expires: {utc_now().replace(microsecond=0) + HOLDS:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {address}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@public_page(pages, "/.well-known/change-password", translated=False)
def change_password_address() -> ResponseReturnValue:
    """Where password managers look for the page."""
    return redirect(url_for("accounts.change_password"), 303)
