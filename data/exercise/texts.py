"""Words of the exercise: what a liaison cell and its partners plan, promise, confide and judge.

A theme is one line of work. Its phrases have slots in braces that generate.py fills; two promises
to one partner never end up with the same words. Nothing here names a person.
"""

SLOTS = {
    "port": ["Halifax", "Saint John", "Sydney", "Quebec City", "Esquimalt", "Prince Rupert",
             "Vancouver", "St. John's", "Montreal", "Thunder Bay"],
    "north": ["Iqaluit", "Resolute Bay", "Yellowknife", "Inuvik", "Rankin Inlet", "Nanisivik",
              "Cambridge Bay", "Whitehorse", "Pond Inlet", "Goose Bay"],
    "team": ["two-person", "four-person", "six-person", "eight-person"],
    "serial": ["serial 1", "serial 2", "serial 3", "serial 4", "serial 5", "serial 6"],
    "annex": ["annex A", "annex B", "annex C", "annex D", "annex E", "the covering letter"],
    "number": ["two", "three", "four", "five", "six", "eight", "ten", "twelve"],
    "version": ["first draft", "second draft", "consolidated draft", "final draft", "French text",
                "English text"],
    "kit": ["breathing sets", "underwater communications sets", "cold-weather tentage",
            "satellite terminals", "portable radiation detectors", "hand-held metal detectors",
            "night lighting sets", "water purification sets"],
    "airfield": ["Trenton", "Comox", "Greenwood", "Bagotville", "Winnipeg", "Cold Lake", "Gander"],
    "clinic": ["field surgical team", "flight nurse detachment", "forward aid post",
               "stabilisation team", "dental detachment"],
}

# Of the date of what is said; winter begins in December.
SEASONS = ["winter", "spring", "summer", "autumn"]
QUARTERS = ["first quarter", "second quarter", "third quarter", "fourth quarter"]

# By theme: where it happens (a slot, or None: Ottawa), titles by mode, aims, promises.
THEMES = {
    "port security": {
        "slot": "port",
        "engagements": [
            ("meeting", "Port security exercise planning, {port}"),
            ("exercise", "Port security exercise, {port}, {serial}"),
            ("visit", "Harbour reconnaissance, {port}"),
            ("conference", "Port security lessons conference, {port}"),
            ("call", "Port security co-ordination call on {port}"),
        ],
        "aims": ["Agree the scenario, the safety case and who closes which approach.",
                 "Settle berths, boats and the order of the {serial} rehearsal.",
                 "Compare watch-keeping arrangements for the harbour approaches."],
        "promises": [
            "Provide the harbour chart overlay of {port} for {serial}",
            "Send {number} boat crews to the port security exercise at {port}",
            "Confirm the safety case for the {season} harbour serials at {port}",
            "Return comments on {annex} of the port security exercise instruction",
            "Arrange pier access at {port} for a {team} reconnaissance",
            "Circulate the lessons from {serial} at {port}",
        ],
    },
    "dive training": {
        "slot": "port",
        "engagements": [
            ("training", "Dive team cross-training, {port}, {serial}"),
            ("meeting", "Dive supervisors' working meeting, {port}"),
            ("exchange", "Exchange of dive supervisors, {port}"),
            ("visit", "Visit to the diving unit at {port}"),
        ],
        "aims": ["Bring both teams to one set of signals and tables.",
                 "Train a {team} element on the other side's {kit}.",
                 "Agree who holds the recompression chamber at readiness."],
        "promises": [
            "Lend {number} {kit} for the dive cross-training at {port}",
            "Hold the recompression chamber at {port} at readiness for {serial}",
            "Provide a {team} instructor team for the {season} dive course",
            "Share the accident tables used in {serial}",
            "Accept {number} divers on the {season} supervisors' course",
        ],
    },
    "airlift": {
        "slot": "airfield",
        "engagements": [
            ("meeting", "Airlift slot conference, {airfield}"),
            ("call", "Airlift slots for the {season} rotation"),
            ("support", "Airlift support through {airfield}, {serial}"),
            ("visit", "Visit to the air movements section, {airfield}"),
        ],
        "aims": ["Match outstanding loads to the slots of the {quarter}.",
                 "Find a slot for the {season} rotation without breaking crew rest.",
                 "Agree handling of dangerous goods at {airfield}."],
        "promises": [
            "Hold {number} airlift slots through {airfield} in the {quarter}",
            "Give {number} days' notice of changes to the {season} airlift plan",
            "Clear dangerous goods paperwork for {serial} at {airfield}",
            "Carry {number} pallets of {kit} on the {season} rotation",
            "Provide a load plan for {serial} out of {airfield}",
        ],
    },
    "medical evacuation": {
        "slot": "airfield",
        "engagements": [
            ("meeting", "Medical evacuation arrangements, {airfield}"),
            ("exercise", "Medical evacuation walk-through, {airfield}, {serial}"),
            ("training", "{clinic} refresher with the partner, {airfield}"),
            ("call", "Medical evacuation co-ordination call, {season} period"),
        ],
        "aims": ["Settle who receives casualties first and where.",
                 "Walk through the handover of a casualty at {airfield}.",
                 "Agree blood holdings and resupply for the {season} period."],
        "promises": [
            "Place a {clinic} at {airfield} for {serial}",
            "Confirm receiving hospitals for the {season} period",
            "Exchange casualty handover forms before {serial}",
            "Keep {number} stretchers and crews at readiness in the {quarter}",
            "Provide patient movement contacts for {airfield}",
        ],
    },
    "information sharing": {
        "slot": None,
        "engagements": [
            ("meeting", "Information sharing arrangement, {version}"),
            ("meeting", "Release procedure working group, {annex}"),
            ("call", "Information sharing call on {annex}"),
            ("conference", "Information managers' conference, {season} session"),
        ],
        "aims": ["Go through {annex} paragraph by paragraph.",
                 "Settle markings, retention and who may release onward.",
                 "Agree how a mistake in handling is reported, and to whom."],
        "promises": [
            "Return legal comments on the {version} of the information sharing arrangement",
            "Name a release officer for {annex}",
            "Provide the {version} of {annex} to the information sharing arrangement",
            "Confirm retention periods for material passed under {annex}",
            "Open {number} accounts on the shared workspace in the {quarter}",
        ],
    },
    "Arctic search and rescue": {
        "slot": "north",
        "engagements": [
            ("exercise", "Arctic search and rescue table-top, {north}"),
            ("meeting", "Northern search and rescue planning, {north}"),
            ("visit", "Visit to the northern sites at {north}"),
            ("training", "Cold-weather survival training, {north}, {serial}"),
        ],
        "aims": ["Play a mass rescue near {north} with the forces actually there in {season}.",
                 "Find the gap between first notice and first boots near {north}.",
                 "Agree fuel, shelter and communications at {north}."],
        "promises": [
            "Pre-position {kit} at {north} before {season}",
            "Provide injects for the Arctic table-top at {north}",
            "Send {number} observers to the northern table-top at {north}",
            "Deliver the fuel and shelter survey of {north}",
            "Test the radio plan between {north} and {airfield}",
        ],
    },
    "instructor exchange": {
        "slot": "airfield",
        "engagements": [
            ("exchange", "Exchange of instructors, {season} intake"),
            ("training", "Combined instructors' course, {serial}"),
            ("meeting", "Course calendar meeting, {quarter}"),
            ("ceremony", "Course graduation, {season} intake"),
        ],
        "aims": ["Agree seats, prerequisites and costs for the {season} intake.",
                 "Compare standards so that one qualification counts on both sides.",
                 "Fill the instructor gaps of the {quarter}."],
        "promises": [
            "Reserve {number} seats on the {season} course",
            "Send a {team} instructor team for the {quarter}",
            "Publish the joining instruction for {serial}",
            "Recognise the {season} course for both sides",
            "Cover travel for {number} students in the {quarter}",
        ],
    },
    "radiological response": {
        "slot": "port",
        "engagements": [
            ("exercise", "Radiological response exercise, {port}, {serial}"),
            ("meeting", "Response plan review for {port}"),
            ("training", "Detector familiarisation, {serial}"),
        ],
        "aims": ["Test the call-out order for an incident at {port}.",
                 "Agree who measures, who decides and who tells the public.",
                 "Compare readings from both sides' {kit}."],
        "promises": [
            "Calibrate {number} {kit} before {serial}",
            "Provide the plume model run for {port}",
            "Share the call-out roster for the {quarter}",
            "Host the {season} after-action review of {serial}",
            "Deliver reference sources for {serial} at {port}",
        ],
    },
    "cyber incident": {
        "slot": None,
        "engagements": [
            ("exercise", "Cyber incident table-top, {serial}"),
            ("call", "Incident co-ordination call, {quarter}"),
            ("meeting", "Technical exchange on indicators, {season} session"),
        ],
        "aims": ["Agree thresholds at which one side calls the other.",
                 "Walk through the first day of an incident, hour by hour.",
                 "Settle the format and the caveats of shared indicators."],
        "promises": [
            "Pass indicators from {serial} within the agreed day",
            "Provide a {team} analyst team for the {season} table-top",
            "Return findings on the {version} of the incident playbook",
            "Open the reporting channel for the {quarter}",
            "Confirm the duty roster for {serial}",
        ],
    },
    "relief logistics": {
        "slot": "airfield",
        "engagements": [
            ("meeting", "Relief logistics planning, {season} season"),
            ("support", "Staging support at {airfield}, {serial}"),
            ("conference", "Civil-military relief conference, {quarter}"),
            ("visit", "Warehouse visit, {airfield}"),
        ],
        "aims": ["Agree what can be staged at {airfield}, and who pays.",
                 "Keep the distinction between humanitarian and military work clear.",
                 "Prepare for the {season} season without duplicating stock."],
        "promises": [
            "Release {number} pallets of {kit} from the {airfield} warehouse",
            "Provide the contact list of the {season} roster",
            "Publish the staging plan for {airfield}",
            "Keep {number} trucks on call in the {quarter}",
            "Send the needs format used in {serial}",
        ],
    },
    "research trial": {
        "slot": "airfield",
        "engagements": [
            ("meeting", "Trial design review, {serial}"),
            ("conference", "Research seminar, {season} session"),
            ("visit", "Laboratory visit, {quarter}"),
            ("exercise", "Field trial of {kit}, {serial}"),
        ],
        "aims": ["Agree what would count as a result before the trial begins.",
                 "Choose measures for the {season} trial of {kit}.",
                 "Find a sponsor and a site for {serial}."],
        "promises": [
            "Deliver the trial report on {kit}, {version}",
            "Provide {number} operators for the trial of {kit}",
            "Share anonymised data from {serial}",
            "Fund the {quarter} of the trial of {kit}",
            "Send the ethics approval for {serial}",
        ],
    },
    "equipment support": {
        "slot": "port",
        "engagements": [
            ("meeting", "Equipment support review, {quarter}"),
            ("visit", "Workshop visit, {port}"),
            ("call", "Spares and repairs call, {serial}"),
        ],
        "aims": ["Clear the backlog of repairs on {kit}.",
                 "Agree a spares list for the {season} period.",
                 "Understand the delays of the {quarter}."],
        "promises": [
            "Deliver {number} repaired {kit} in the {quarter}",
            "Provide the price list for {kit}, {version}",
            "Train {number} technicians on {kit}",
            "Answer the {number} open queries on {kit}",
            "Ship spares for {serial} to {port}",
        ],
    },
    "crisis planning": {
        "slot": None,
        "engagements": [
            ("meeting", "Crisis planning group, {season} session"),
            ("exercise", "Command post exercise, {serial}"),
            ("call", "Weekly co-ordination call, {quarter}"),
            ("summit", "Senior leaders' meeting, {season} session"),
        ],
        "aims": ["Agree planning assumptions and the words both sides use for them.",
                 "Rehearse the first seventy-two hours of an evacuation.",
                 "Decide what is shared, what is aligned and what stays separate."],
        "promises": [
            "Provide a {team} planning team for {serial}",
            "Return comments on {annex} of the contingency plan, {version}",
            "Host the {season} session of the planning group",
            "Confirm contacts for the {quarter}",
            "Share the evacuation assumptions for {serial}",
        ],
    },
}

SUMMARIES = {
    "positive": ["Agreed in full; the next steps were written down before closing.",
                 "Good session: questions were open and answers came the same day.",
                 "Objectives met. The partner offered more than was asked.",
                 "Useful and short. Both sides left with the same list."],
    "neutral": ["Partly agreed; the rest goes to the working level.",
                "No surprises. The calendar was confirmed and two points were deferred.",
                "Information exchanged; decisions wait for higher authority."],
    "negative": ["Positions hardened on costs; another session is needed.",
                 "The partner came without a mandate and the main point was not discussed.",
                 "Preparation was thin on both sides; nothing was decided."],
}

CANCELLED = ["The delegation was called to an operational task.",
             "Travel was not approved in time.",
             "Weather closed the airfield.",
             "Competing exercise; to be proposed again.",
             "The room and the interpreters were withdrawn at short notice."]

DISCLOSURES = {
    "strength": ["Readiness of the {clinic} is higher than published",
                 "Spare capacity of {number} {kit} in the {quarter}",
                 "A trained {team} planning team can be lent at short notice",
                 "Stock of {kit} held near {airfield}"],
    "vulnerability": ["Shortage of {kit} until the {quarter}",
                      "Only {number} qualified instructors for the {season} course",
                      "No cover for the duty desk in the {quarter}",
                      "Delay of {serial} because of unfunded repairs",
                      "Communications gap between {north} and {airfield}"],
}

HANDLING = ["For the liaison cell only.", "Not to be passed on without asking first.",
            "May be used for planning, not quoted.", "Until the next planning session."]

RATIONALES = {
    ("ability", "positive"): ["Delivered under pressure in {serial} without being chased.",
                              "Their planners found the fault in our own draft.",
                              "Kit and people arrived complete for the {season} period."],
    ("ability", "negative"): ["Staff turned over twice in the {quarter} and files were lost.",
                              "Could not field the {team} element that was planned."],
    ("benevolence", "positive"): ["Warned us early of a change that cost them more than us.",
                                  "Made room for our students when their own course was full.",
                                  "Asked what would help before telling us what they needed."],
    ("benevolence", "negative"): ["Reads our requests last; attention follows seniority.",
                                  "Used the {season} session to settle a matter with a third party."],
    ("integrity", "positive"): ["Said no plainly when they could not, and why.",
                                "Kept a confidence in front of their own superiors.",
                                "Corrected the record of {serial} to their own cost."],
    ("integrity", "negative"): ["Spoke of an undertaking in the {quarter} as if it had been an option.",
                                "Accounts of {serial} differ between their desks."],
}

PURPOSES = [
    "Rehearse {theme} together so that first contact in a crisis is between people who know each other.",
    "Keep a working channel on {theme}, with the arrangements written down and exercised.",
    "Build {theme} from visits to combined work over two years.",
    "Reach a point where work on {theme} needs no special negotiation.",
]
