"""One address of every page, for tests that go through all of them."""


class Theirs(str):
    """The address of something that is Harbourmouth's: for staff of another council it is not there.

    ``but`` are the names of roles that may enter the page but not look at this one (a provider's colleague).
    """

    __slots__ = ("but",)
    but: frozenset[str]

    def __new__(cls, address: str, *but: str) -> "Theirs":
        made = super().__new__(cls, address)
        made.but = frozenset(but)
        return made


PAGES = {
    "public.start": "/",
    "public.results": "/results?place=ZA1+4QT&q=baby",
    "public.service": "/service/perinatal-support",
    "public.hub": "/hub/quayside-family-hub",
    "public.footprint": "/footprint/ward/Z05000001",
    "public.catalogue": "/catalogue",
    "public.entry": "/catalogue/child-tax-credit",
    "public.arrangements": "/arrangements",
    "public.area": "/area?place=ZA1+4QT",
    "public.areas": "/areas",
    "public.layer": "/areas/1",
    "public.safety": "/safety",
    "public.compare": "/compare?of=school_catchment_primary&with=primary_care_network"
    "&within=local_authority:Z06000001",
    "public.map_page": "/map?place=ZA1+4QT&kinds=ward,primary_care_network",
    "public.guide": "/guide",
    "public.guide_step": "/guide/age?what=teenager&more=drugs",
    "public.collections": "/collections",
    "public.collection": "/collections/start-for-life?place=ZA1+4QT",
    "public.collection_sheet": "/collections/start-for-life/sheet?place=ZA1+4QT",
    "public.about": "/about",
    "public.saved": "/saved?item=service:sleep-clinic&item=hub:quayside-family-hub"
    "&item=service:gone-long-ago",
    "public.privacy": "/privacy",
    "public.accessibility": "/accessibility",
    "public.wrong": "/service/sleep-clinic/wrong",
    "public.feedback": "/service/sleep-clinic/feedback",
    "public.what_people_say": "/service/sleep-clinic/what-people-say",
    "public.suggest_service": "/suggest-service",
    "public.complaint": "/complaint",
    "public.told": "/told",
    "sheets.sheet": "/sheet?for=school:990001",
    "front_door.ask": "/ask",
    "front_door.go_on": "/ask/continue",
    "front_door.follow": "/follow",
    "sheets.right_form": "/v",
}
"""Every translated page, by endpoint. A new page that is missing here fails a test."""

FORM = {
    "front_door.step": "/ask/story",
    "front_door.row": "/ask/people/new",
    "front_door.check": "/ask/check",
    "front_door.sent": "/ask/sent",
    "front_door.keep": "/ask/keep",
}
"""Pages of a form: whoever has begun none is led to its first page."""

FORM_WRITES = {
    "front_door.stay": "/ask/stay",
    "front_door.forget_sent": "/ask/sent/forget",
}
"""What a form does without a page of its own."""

WITH_A_COOKIE = {"/follow"}
"""Whose form is of one browser alone: else another site could show somebody a request that is not theirs."""

FOLLOWED = {
    "front_door.followed": "/follow/F0110W000000001",
    "front_door.follow_add": "/follow/F0110W000000001/add",
    "front_door.follow_withdraw": "/follow/F0110W000000001/withdraw",
    "front_door.follow_code": "/follow/F0110W000000001/code",
    "front_door.follow_change": "/follow/F0110W000000001/change/people",
    "front_door.follow_change_row": "/follow/F0110W000000001/change/people/new",
}
"""Pages about one request: to whoever has not shown its code they are not there."""

FOLLOWED_WRITES = {
    "front_door.follow_close": "/follow/F0110W000000001/close",
    "front_door.follow_stay": "/follow/F0110W000000001/stay",
    "front_door.follow_sent": "/follow/sent",
}
"""What these do without a page of their own."""

SPECIAL = {
    "nothing asked": "/results?place=",
    "malformed postcode": "/results?place=ZA1+4Q",
    "unknown postcode": "/results?place=ZA1+1ZZ",
    "other nation": "/results?place=EH1+1AA",
    "several places": "/results?place=Eelby",
    "no address yet": "/area",
    "address malformed": "/area?place=ZA1+4Q",
    "several addresses": "/area?place=Eelby",
    "across the border": "/area?place=ZA5+1AA",
    "nothing found": "/results?place=ZA1+4QT&q=xyzzyx&group=near",
    "all filters": "/results?place=ZA1+4QT&q=baby&need=money&need=food&age=2&access=targeted&delivery=online"
    "&free=1&language=pl&footprint=ward:Z05000001&domain=childcare&department=DfE",
    "every kind of filter": "/results?place=ZA1+4QT&q=baby&for=send&cost=paid&open=now&when=evening&day=Mon"
    "&season=term&accessibility=step_free&within=5",
    "not surely meant": "/results?place=ZA1+4QT&q=baby+knitting",
    "another language": "/results?place=ZA1+4QT&q=darmowe+posi%C5%82ki+w+szkole",
    "put right": "/results?place=ZA1+4QT&q=sleep+clinnic",
    "a family": "/results?place=ZA1+4QT&q=splash&age=7&circumstance=send&circumstance=low_income",
    "for a family": "/service/sleep-clinic?place=ZA1+4QT&age=7&circumstance=send",
    "one group": "/results?place=ZA1+4QT&group=near&page=2",
    "nothing to compare": "/compare?of=ward&with=ward",
    "first comparison": "/compare",
    "no code of a sheet": "/v?code=7KXQ",
    "network": "/footprint/primary_care_network/ZPCN01",
    "guide without an answer": "/guide?sent=1",
    "guide asks for the place": "/guide/place?what=money&more=food&age=2",
    "guide's answers": "/results?place=ZA1+4QT&q=baby&age=0&guide=what:new-baby&guide=more:sleep&guide=age:0",
    "collection without a place": "/collections/send-local-offer",
    "collection with several places": "/collections/young-carers?place=Eelby",
    "nothing saved": "/saved",
    "a list carried along": "/results?place=ZA1+4QT&q=baby&item=service:sleep-clinic",
    "no sheet yet": "/sheet",
    "sheets near a place": "/sheet?place=ZA1+4QT",
    "several places for a sheet": "/sheet?place=Eelby",
    "no place for a sheet": "/sheet?place=xyzzyx",
    "nothing typed for a sheet": "/sheet?place=",
    "sheet of nothing": "/sheet?for=school:1",
    "sheet with every choice": "/sheet?for=hub:quayside-family-hub&topic=money&topic=send&age=2"
    "&access=targeted&spoken=pl&pages=2&large=yes&easy=yes&paper=a3&readers=staff&in=pl",
    "sheet of a list": "/sheet?for=list&item=service:sleep-clinic&item=hub:quayside-family-hub&was=00000000",
    "ask for a service": "/ask?service=sleep-clinic",
    "a form that has ended": "/ask?ended=1",
    "code that is none": "/v/00000000",
    "something wrong with a hub": "/hub/quayside-family-hub/wrong",
    "something wrong with national help": "/catalogue/universal-credit/wrong",
    "no such reference": "/told/000000000000000",
    "link in an email that is none": "/still-right/nothing",
    "missing": "/nowhere",
}
"""Further states of pages that look different."""

DATA = {
    "public.suggest": "/suggest?q=baby",
    "public.suggest_places": "/suggest/places?q=wend",
    "public.map_words": "/map/words.json",
    "public.map_footprints": "/map/footprints/local_authority/Z06000001.json?kinds=ward",
    "public.map_marks": "/map/marks/local_authority/Z06000001.json",
    "api.describe": "/api",
    "api.place_of_postcode": "/api/places/ZA1%204QT",
    "api.place_of_question": "/api/places?lat=54.75&lon=2.1",
}
"""What scripts ask for, ours and others'."""

PAPER = "/sheet/print?for=school:990001&in={}"
"""A sheet as a plain page, in the language of the sheet: it has nothing around it."""

STAFF: dict[str, str] = {
    "staff.home": "/staff",
    "triage.requests": "/staff/requests",
    "triage.find_request": "/staff/requests/find",
    "triage.request_page": Theirs("/staff/requests/HE1P00000000001", "hub_staff"),
    "triage.printed": Theirs("/staff/requests/HE1P00000000001/print", "hub_staff"),
    "triage.compare": Theirs("/staff/requests/HE1P00000000001/merge/HE1P00000000002", "hub_staff"),
    "triage.pass_on": Theirs("/staff/requests/HE1P00000000001/pass", "hub_staff"),
    "triage.inbox": "/staff/inbox",
    "triage.sent_by_us": "/staff/sent",
    "triage.received": Theirs(f"/staff/inbox/{'a' * 32}"),
    "triage.thresholds": "/staff/thresholds",
    "triage.new_threshold": "/staff/thresholds/new",
    "triage.threshold": Theirs("/staff/thresholds/9001"),
    "staff.people": "/staff/people",
    "staff.invite_person": "/staff/people/invite",
    "staff.person": Theirs("/staff/people/9001"),
    "staff.give_role": Theirs("/staff/people/9001/give"),
    "staff.take_role": Theirs("/staff/people/9001/take/9001"),
    "staff.change_account": Theirs("/staff/people/9001/disable"),
    "staff.council": Theirs("/staff/council?council=Z06000001"),
    "staff.trail": "/staff/trail",
    "staff.export_trail": "/staff/trail/export",
    "staff.board": "/staff/board",
    "staff.listings": "/staff/listings",
    "staff.listing": Theirs("/staff/listings/sleep-clinic"),
    "staff.listing_preview": Theirs("/staff/listings/sleep-clinic/preview"),
    "staff.listing_version": Theirs("/staff/listings/sleep-clinic/versions/1"),
    "staff.approvals": "/staff/approvals",
    "staff.approval": Theirs("/staff/approvals/9001"),
    "staff.approval_preview": Theirs("/staff/approvals/9001/preview"),
    "staff.duplicates": "/staff/duplicates",
    "staff.duplicate_pair": Theirs("/staff/duplicates/sleep-clinic/story-time-1"),
    "staff.reports": "/staff/reports",
    "staff.report": Theirs("/staff/reports/9001"),
    "staff.new_listing": "/staff/listings/new",
    "staff.edit_listing": Theirs("/staff/listings/sleep-clinic/edit"),
    "staff.edit_concern": Theirs("/staff/listings/sleep-clinic/edit/about"),
    "staff.preview_listing": Theirs("/staff/listings/sleep-clinic/edit/preview"),
    "staff.location": Theirs("/staff/locations/quayside-family-hub"),
    "staff.organization": Theirs("/staff/organizations/wend-nhs"),
    "triage.messages": "/staff/requests/messages",
    "triage.rights": Theirs("/staff/requests/HE1P00000000001/rights"),
    "triage.copy_request": Theirs("/staff/requests/HE1P00000000001/rights/copy"),
    "triage.front_door": "/staff/front-door",
    "triage.hub_team": Theirs("/staff/front-door/hubs/Z06000001/quayside-family-hub"),
    "triage.correct_request": Theirs("/staff/requests/HE1P00000000001/rights/correct"),
    "triage.correct_step": Theirs("/staff/requests/HE1P00000000001/rights/correct/story"),
    "triage.correct_row": Theirs("/staff/requests/HE1P00000000001/rights/correct/people/0"),
    "triage.new_code": Theirs("/staff/requests/HE1P00000000001/rights/code"),
    "triage.retention": "/staff/retention",
    "triage.go_on_with_retention": "/staff/retention/go-on",
    "staff.post": "/staff/post",
    "staff.links": "/staff/links",
    "staff.hubs": "/staff/hubs",
    "staff.hub": Theirs("/staff/hubs/quayside-family-hub"),
    "staff.neighbourhoods": "/staff/neighbourhoods",
    "staff.compose": "/staff/neighbourhoods/compose?add=ward:Z05000001&name=Old+Quay",
    "staff.sheets": "/staff/sheets",
    "staff.spreadsheets": "/staff/spreadsheets",
    "staff.take_out": "/staff/spreadsheets/out",
    "staff.spreadsheet": Theirs("/staff/spreadsheets/9001", "provider", "hub_staff"),
    "staff.registers": "/staff/registers",
    "staff.register": Theirs("/staff/registers/childcare"),
    "staff.register_batch": Theirs("/staff/registers/childcare/9002"),
}
"""Every page for staff that the small world has, by endpoint: one line each; ``Theirs`` for an object.

Those whose role a page declares get 200 there; tests/pages/test_access.py asks as everybody else too.
"""

STAFF_WRITES: dict[str, str] = {
    "triage.act": Theirs("/staff/requests/HE1P00000000001/do/note", "hub_staff"),
    "triage.merge_requests": Theirs("/staff/requests/HE1P00000000001/merge/HE1P00000000002/do", "hub_staff"),
    "triage.recall_passing": Theirs(f"/staff/requests/HE1P00000000003/recall/{'a' * 32}", "hub_staff"),
    "triage.answer_by_hand": Theirs(f"/staff/requests/HE1P00000000003/by-hand/{'a' * 32}", "hub_staff"),
    "triage.note_a_decision": Theirs("/staff/requests/HE1P00000000001/decision", "hub_staff"),
    "triage.answer": Theirs(f"/staff/inbox/{'a' * 32}/answer"),
    "triage.remove_threshold": Theirs("/staff/thresholds/9001/remove"),
    "staff.answer_report": Theirs("/staff/reports/9002/answer"),
    "staff.decide_pair": Theirs("/staff/duplicates/sleep-clinic/story-time-1/decide"),
    "staff.undo_duplicate": Theirs("/staff/duplicates/merges/9001/undo"),
    "staff.decide_report": Theirs("/staff/reports/9001/decide"),
    "staff.autosave": Theirs("/staff/listings/sleep-clinic/edit/about/save"),
    "staff.send_listing": Theirs("/staff/listings/sleep-clinic/edit/send"),
    "staff.take_back": Theirs("/staff/listings/sleep-clinic/edit/take-back"),
    "staff.withdraw_invitation": Theirs("/staff/people/invitations/9001/withdraw"),
    "staff.confirm_listing": "/staff/board/confirm",
    "staff.undo_confirm": "/staff/board/undo",
    "staff.change_listings": "/staff/listings/many",
    "staff.change_listing": Theirs("/staff/listings/sleep-clinic/change"),
    "staff.restore_version": Theirs("/staff/listings/sleep-clinic/versions/1/restore"),
    "staff.decide": Theirs("/staff/approvals/9001/decide"),
    "staff.close_hub": Theirs("/staff/hubs/quayside-family-hub/close"),
    "staff.reopen_hub": Theirs("/staff/hubs/quayside-family-hub/reopen"),
    "triage.go_on_with_chasing": Theirs("/staff/front-door/go-on?council=Z06000001"),
    "triage.change_message": "/staff/requests/messages/change",
    "triage.hold_request": Theirs("/staff/requests/HE1P00000000001/rights/hold"),
    "triage.erase": Theirs("/staff/requests/HE1P00000000001/rights/erase"),
    "staff.change_post": "/staff/post/change",
    "staff.publish": "/staff/neighbourhoods/publish",
    "staff.start_sheets": "/staff/sheets/start",
    "staff.send_spreadsheet": "/staff/spreadsheets/send",
    "staff.change_spreadsheet": Theirs("/staff/spreadsheets/9001/change", "provider", "hub_staff"),
    "staff.add_register": "/staff/registers/new",
    "staff.save_columns": Theirs("/staff/registers/childcare/columns"),
    "staff.send_register": Theirs("/staff/registers/childcare/send"),
    "staff.decide_register": Theirs("/staff/registers/childcare/9002/decide"),
    "staff.change_sheet_job": "/staff/sheets/20261122-091500-0123abcd/change",
}
"""Where staff can change something, by endpoint; ``Theirs`` for an object."""

STAFF_OF_A_JOB: dict[str, str] = {
    "staff.sheet_job": "/staff/sheets/20261122-091500-0123abcd",
    "staff.sheet_file": "/staff/sheets/20261122-091500-0123abcd/sheets.csv",
}
"""What is there only while the sheets of some work are kept."""

LANGUAGES = ("en", "pl", "ur")


def in_language(address: str, language: str) -> str:
    """The address of a page in a language."""
    return address if language == "en" else f"/{language}{address}"
