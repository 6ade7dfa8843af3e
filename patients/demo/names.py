"""Lists from which demo people, places and messages are made. All of them are fictional.

Phone numbers use the 555-01xx block and e-mail the `.example` domain: both are reserved for fiction.
"""

from __future__ import annotations

from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Place(NamedTuple):
    """The location of a demo clinic."""

    name: str
    street: str
    town: str
    area_code: str
    time_zone: str


PLACES = (
    Place("Harbor Street", "12 Harbor Street", "Portsmouth, NH 03801", "603", "America/New_York"),
    Place("Lakeside", "480 Lakeside Avenue", "Evanston, IL 60201", "847", "America/Chicago"),
    Place("Red Mesa", "75 Mesa Road", "Flagstaff, AZ 86001", "928", "America/Phoenix"),
    Place("Juniper Hill", "9 Juniper Hill", "Boulder, CO 80302", "303", "America/Denver"),
    Place("Bayview", "2200 Bay Street", "Oakland, CA 94607", "510", "America/Los_Angeles"),
    Place("Magnolia", "31 Magnolia Lane", "Savannah, GA 31401", "912", "America/New_York"),
    Place("Cedar Falls", "640 Cedar Road", "Duluth, MN 55802", "218", "America/Chicago"),
    Place("Old Mill", "3 Mill Yard", "Providence, RI 02903", "401", "America/New_York"),
    Place("Alder Creek", "118 Creek Lane", "Eugene, OR 97401", "541", "America/Los_Angeles"),
    Place("Rio Vista", "55 Plaza del Sol", "Santa Fe, NM 87501", "505", "America/Denver"),
)
CLINIC_KINDS = ("Nerve and Balance Clinic", "Physical Therapy", "Movement Center", "Rehabilitation")

GIVEN_NAMES = _words("""
    Ada Agnes Ahmed Alma Amara Andre Anh Arturo Beatriz Bernard Carmen Cecil Chidi Clara Curtis Darius
    Delia Dolores Earl Edith Elena Emeka Esther Farida Florence Frank George Gloria Grace Hana Harold
    Hassan Hector Hiroshi Ida Imani Ines Irene Isaac Ivan James Jin Joan Joseph Josephine Kamala Keiko
    Kwame Leila Leon Lorraine Lucille Luis Mabel Magda Mahmoud Margaret Marisol Marvin Mei Miriam Moses
    Nadia Naomi Nguyet Norma Olga Omar Otis Pablo Pearl Priya Rafael Rashida Raymond Ruth Samuel Sanjay
    Shirley Simone Sofia Stanley Sunita Teresa Thomas Tomasz Vera Victor Vivian Walter Wanda Winston
    Yusuf Zora
""")
FAMILY_NAMES = _words("""
    Abara Acosta Adeyemi Ahmadi Allen Alvarez Anderson Baptiste Begay Bennett Bianchi Brooks Campbell
    Castillo Chaudhry Chen Cohen Coleman Cruz Dang Desai Diaz Dubois Edwards Eze Fischer Flores Foster
    Garcia Goldberg Gomez Greene Gupta Haddad Hansen Harris Hayashi Herrera Hughes Ibrahim Ito Jackson
    Jensen Johnson Joseph Kamara Kaplan Kelly Khan Kim Kowalski Larsen Lee Lewis Lopez Martinez McCarthy
    Mendoza Mensah Miller Mitchell Morales Murphy Nakamura Nguyen Novak Obi Ochoa Okafor Ortiz Osei Park
    Patel Petrov Phillips Price Quintero Ramirez Reyes Rivera Roberts Rossi Salazar Santos Schmidt
    Sharma Silva Singh Smith Sullivan Tanaka Thompson Torres Tran Vargas Walker Washington Williams Wong
    Yamamoto Yazzie Young Zhang
""")

REQUEST_MESSAGES = (
    "",
    "",
    "My feet burn at night and I sleep badly.",
    "I have had diabetes for 15 years. My toes are numb.",
    "I stumbled twice this month. I want to feel safe on the stairs again.",
    "My doctor said exercise may help with the tingling in my hands.",
    "Since chemotherapy my fingers and feet feel like cotton wool.",
    "Can I come by bus? I do not drive any more.",
    "I walk with a cane. Is there something I can do sitting down?",
    "Please call after ten, I have dialysis early in the morning.",
    "My mother is 78 and afraid of falling. She lives with us.",
    "I used to swim a lot and would like to start again.",
)
SPAM_MESSAGES = (
    "We put your web site on the first page, guaranteed! Reply now for a special price.",
    "Congratulations! You were chosen for a business loan. Answer today.",
    "Cheap followers, likes and visitors for your company. Best quality.",
)
REQUEST_NOTES = {
    "contacted": (
        "Called and left a message.",
        "Spoke on the phone. Will look at the calendar.",
        "Answered by e-mail.",
    ),
    "booked": (
        "First visit on Tuesday at 10.",
        "First visit booked. Needs the ramp entrance.",
        "Booked with an interpreter.",
    ),
    "closed": (
        "Came to the first visit.",
        "Chose a clinic nearer to home.",
        "Could not be reached after three calls.",
    ),
}
VERSION_NOTES = (
    "",
    "",
    "Do them after breakfast, when you feel fresh.",
    "Put a firm chair against the wall before you start.",
    "Better a little every day than a lot at once.",
    "Wear your supportive shoes, indoors too.",
)
ITEM_NOTES = (
    "",
    "",
    "",
    "",
    "Slowly on the way down.",
    "Stay close to the counter.",
    "Stop before it hurts.",
)
#: Notes on resolved alerts of any kind that `RESOLVED_NOTES` does not contain.
OTHER_NOTES = ("Called. Seen in clinic the same day.",)
RESOLVED_NOTES = {
    "fall": (
        "Called. Slipped on a rug, no injury. Rug is gone.",
        "Called. Bruised knee, seen by the doctor. Back to two hands.",
    ),
    "faint": (
        "Called. Had not had breakfast. Will eat first and get up slowly.",
        "Called. Doctor is checking the blood pressure tablets.",
    ),
    "sore": (
        "Seen in clinic. Small blister, dressed. New insoles ordered.",
        "Seen in clinic. Healed; shoes were too tight.",
    ),
    "pain": (
        "Called. Had worked in the garden the day before. Rest day, then fewer repetitions.",
        "Called. Pain was back to usual the next day.",
    ),
    "pain_rising": (
        "Called. Fewer repetitions for a week, then we look again.",
        "Went through it in clinic. The step was too high; a lower one does it.",
    ),
    "too_hard": (
        "Called. Back to the easier version.",
        "Showed it again in clinic. Goes well with both hands on the counter.",
    ),
    "pain_above": (
        "Asked about it. A bad night, nothing new.",
        "Called. Better again the next day.",
    ),
    "quiet": ("Called. Was away for the weekend.",),
    "silent": ("Called. Has been ill, starts again on Monday.",),
}
#: Notes on alerts that are acknowledged and not resolved.
ACKNOWLEDGED_NOTES = (
    "Called, no answer. Will try again in the afternoon.",
    "Left a message.",
    "Comes in tomorrow morning.",
    "",
)
PAUSE_NOTES = (
    "On holiday for two weeks.",
    "Has the flu.",
    "Cataract surgery; starts again after the check-up.",
)
FINISH_NOTES = ("Reached the goals we set together.", "Goes on with the walking group.")
