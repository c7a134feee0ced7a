"""The fixed words of hubfinder: enums whose values are stored and whose labels are shown (and translated)."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext


class Labelled(StrEnum):
    """An enum whose members carry a translatable label for people."""

    _label: LazyString | str

    def __new__(cls, value: str, label: LazyString | str = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> LazyString | str:
        return self._label


class Access(Labelled):
    """Who a service is for: everyone, or families with a certain need."""

    UNIVERSAL = "universal", lazy_gettext("Everyone")
    TARGETED = "targeted", lazy_gettext("For some families")


class Delivery(Labelled):
    """How help reaches a family."""

    IN_PERSON = "in_person", lazy_gettext("In person")
    ONLINE = "online", lazy_gettext("Online")
    TELEPHONE = "telephone", lazy_gettext("By telephone")
    HOME_VISIT = "home_visit", lazy_gettext("At your home")


class ServiceStatus(Labelled):
    """Whether a service is offered at the moment."""

    ACTIVE = "active", lazy_gettext("Running")
    INACTIVE = "inactive", lazy_gettext("Not running")


class CatalogueStatus(Labelled):
    """What became of an entry of the catalogue since December 2022."""

    OPEN = "open", lazy_gettext("Open")
    CHANGED = "changed", lazy_gettext("Changed since 2022")
    CLOSED = "closed", lazy_gettext("Closed")


class Confidence(Labelled):
    """How sure we are of a researched fact."""

    CHECKED = "checked", lazy_gettext("Checked in a dated source")
    KNOWN = "known", lazy_gettext("Well known, not checked lately")
    UNSURE = "unsure", lazy_gettext("Not sure: please check before you rely on it")


class Basis(Labelled):
    """How the line of a footprint was drawn."""

    OFFICIAL = "official", lazy_gettext("official boundary")
    TRACED = "traced", lazy_gettext("traced from a published map")
    MODELLED = "modelled", lazy_gettext("worked out from data, not an official boundary")
    BEST_FIT = "best_fit", lazy_gettext("best fit of smaller areas, not the exact boundary")


class VersionState(Labelled):
    """What became of a version of a layer of footprints."""

    IN_FORCE = "in_force", lazy_gettext("in force")
    REPLACED = "replaced", lazy_gettext("replaced by a later version")
    TAKEN_BACK = "taken_back", lazy_gettext("taken back")


class Circumstance(Labelled):
    """What may be true of a family, so far as it decides which help it can use.

    Nothing here that would put somebody in danger when it stands in an address.
    """

    PREGNANT = "pregnant", lazy_gettext("Pregnant")
    SEND = "send", lazy_gettext("A child with special educational needs or a disability")
    DISABLED_PARENT = "disabled_parent", lazy_gettext("A parent with a disability")
    LOW_INCOME = "low_income", lazy_gettext("On a low income or benefits")
    LONE_PARENT = "lone_parent", lazy_gettext("A parent on your own")
    YOUNG_PARENT = "young_parent", lazy_gettext("A parent under 25")
    KINSHIP = "kinship", lazy_gettext("Raising a relative's child, fostering or adopting")
    YOUNG_CARER = "young_carer", lazy_gettext("A child who looks after somebody")
    ARMED_FORCES = "armed_forces", lazy_gettext("A family of the armed forces")
    NEW_TO_ENGLAND = "new_to_england", lazy_gettext("New to England")


class Audience(Labelled):
    """Whom a national line speaks to."""

    EVERYONE = "everyone", lazy_gettext("Everyone")
    PARENTS = "parents", lazy_gettext("Parents and carers")
    CHILDREN = "children", lazy_gettext("Children")
    YOUNG_PEOPLE = "young people", lazy_gettext("Young people")
    PROFESSIONALS = "professionals", lazy_gettext("People who work with families")


class FootprintKind(Labelled):
    """The kinds of area people recognise, smallest first."""

    SMALL_AREA = "small_area", lazy_gettext("Small area")
    MSOA = "msoa", lazy_gettext("Middle area")
    NEIGHBOURHOOD = "neighbourhood", lazy_gettext("Neighbourhood")
    SCHOOL_CATCHMENT_PRIMARY = "school_catchment_primary", lazy_gettext("Primary school catchment")
    SCHOOL_CATCHMENT_INFANT = "school_catchment_infant", lazy_gettext("Infant school catchment")
    SCHOOL_CATCHMENT_JUNIOR = "school_catchment_junior", lazy_gettext("Junior school catchment")
    SCHOOL_CATCHMENT_SECONDARY = "school_catchment_secondary", lazy_gettext("Secondary school catchment")
    WARD = "ward", lazy_gettext("Ward")
    PRIMARY_CARE_NETWORK = "primary_care_network", lazy_gettext("Primary care network")
    LOCAL_AUTHORITY = "local_authority", lazy_gettext("Council area")
    ICB = "icb", lazy_gettext("Integrated care board area")
    POLICE_AREA = "police_area", lazy_gettext("Police area")
    CRIMINAL_JUSTICE_AREA = "criminal_justice_area", lazy_gettext("Criminal justice area")
    NATION = "nation", lazy_gettext("Nation")

    @property
    def is_catchment(self) -> bool:
        return self.value.startswith("school_catchment_")


class PhoneType(Labelled):
    """What one can do with a number (HSDS ``phone.type``)."""

    VOICE = "voice", lazy_gettext("Telephone")
    TEXT = "text", lazy_gettext("Text message")


class AccessibilityFeature(Labelled):
    """What makes a place usable (HSDS ``accessibility``)."""

    STEP_FREE = "step_free", lazy_gettext("Step-free")
    ACCESSIBLE_TOILET = "accessible_toilet", lazy_gettext("Accessible toilet")
    CHANGING_PLACE = "changing_place", lazy_gettext("Changing Places toilet")
    HEARING_LOOP = "hearing_loop", lazy_gettext("Hearing loop")
    BSL = "bsl", lazy_gettext("British Sign Language")
    QUIET_SPACE = "quiet_space", lazy_gettext("Quiet space")
    PARKING = "parking", lazy_gettext("Parking for Blue Badge holders")
    BABY_CHANGING = "baby_changing", lazy_gettext("Baby changing")
    PUSHCHAIR_SPACE = "pushchair_space", lazy_gettext("Room for pushchairs")
    EASY_READ = "easy_read", lazy_gettext("Easy read leaflets")


class Weekday(Labelled):
    """Days of the week, Monday first."""

    MON = "Mon", lazy_gettext("Monday")
    TUE = "Tue", lazy_gettext("Tuesday")
    WED = "Wed", lazy_gettext("Wednesday")
    THU = "Thu", lazy_gettext("Thursday")
    FRI = "Fri", lazy_gettext("Friday")
    SAT = "Sat", lazy_gettext("Saturday")
    SUN = "Sun", lazy_gettext("Sunday")


class Season(Labelled):
    """When in the school year a session runs."""

    ALWAYS = "always", lazy_gettext("all year")
    TERM = "term", lazy_gettext("in term time")
    HOLIDAYS = "holidays", lazy_gettext("in school holidays")


class When(Labelled):
    """Parts of the week in which families look for something."""

    DAYTIME = "daytime", lazy_gettext("Weekdays in the daytime")
    EVENING = "evening", lazy_gettext("Evenings, from 5pm")
    WEEKEND = "weekend", lazy_gettext("Weekends")


class Cost(Labelled):
    """Whether something costs money."""

    FREE = "free", lazy_gettext("Free")
    PAID = "paid", lazy_gettext("Costs something")
    UNSAID = "unsaid", lazy_gettext("Nobody has said")


class Vacancies(Labelled):
    """Whether there is room."""

    PLACES = "places", lazy_gettext("There are places")
    WAITING_LIST = "waiting_list", lazy_gettext("There is a waiting list")
    FULL = "full", lazy_gettext("Full")
