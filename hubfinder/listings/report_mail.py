"""The one email to somebody who told us something: neutral words, nothing of what it was about."""

from hubfinder.display.language import DEFAULT, KNOWN, speaking
from hubfinder.display.words import gettext
from hubfinder.listings.models import Report
from hubfinder.listings.report_words import spaced
from hubfinder.post.values import Email, Priority
from hubfinder.settings import Settings

PURPOSE = "report-outcome"


def outcome_email(report: Report, settings: Settings) -> Email:
    """In the language of the page on which they told us, if there are pages in it."""
    language = KNOWN.get(report.language, KNOWN[DEFAULT])
    if not language.has_pages:
        language = KNOWN[DEFAULT]
    prefix = "" if language.code == DEFAULT else f"/{language.code}"
    address = f"{settings.site_address}{prefix}/told/{report.reference}"
    with speaking(language):
        lines = [
            gettext("Hello,"),
            gettext("we have looked at what you told us. Thank you."),
            gettext("Your reference: %(reference)s", reference=spaced(report.reference)),
            gettext("Read what came of it here: %(address)s", address=address),
            gettext("We have now deleted your email address. Please do not answer this message."),
        ]
        subject = gettext("About your message")
    return Email(
        to=report.email,
        subject=subject,
        body="\n\n".join(lines),
        purpose=PURPOSE,
        once=f"report:{report.id}",
        council=report.council_code,
        priority=Priority.SOON,
    )
