/* Every limit has a name here and is printed in docs/limits.md. Bytes unless said otherwise. */
#pragma once

enum {
    LIMIT_BODY = 4 * 1024 * 1024,          /* one HTTP request body */
    LIMIT_IMPORT_BODY = 256 * 1024 * 1024, /* an import file sent over HTTP */
    LIMIT_RESPONSE = 64 * 1024 * 1024,     /* one answer built in memory */
    LIMIT_ARENA = 256 * 1024 * 1024,       /* memory of one operation */
    LIMIT_RECORD = 256 * 1024,             /* canonical body of one record */
    LIMIT_JSON_DEPTH = 32,                 /* nesting of one JSON document */
    LIMIT_JSON_VALUES = 1000000,           /* values in one JSON document */
    LIMIT_TEXT = 16 * 1024,                /* a long text field */
    LIMIT_NAME = 300,                      /* a name or title, in bytes */
    LIMIT_LIST = 500,                      /* items of a list field */
    LIMIT_PAGE = 200,                      /* items of one page */
    LIMIT_PAGE_DEFAULT = 50,               /* items of one page when none is asked for */
    LIMIT_QUERY = 300,                     /* a search text */
    LIMIT_URL = 8 * 1024,                  /* path and query of one request */
    LIMIT_LABELS = 65535,                  /* distinct labels in one picture */
    LIMIT_LABEL_CLAUSES = 16,              /* clauses of one permissive tag */
    LIMIT_LABEL_ATOMS = 512,               /* atoms of one clause, or of one tag of a clearance */
    LIMIT_LABEL_ORIGINATORS = 64,          /* instances whose grant one label asks for */
    LIMIT_BATCH = 10000,                   /* entries appended in one transaction by an import */
    LIMIT_AHEAD_MS =
        5 * 60 * 1000,        /* milliseconds that an entry's time may be ahead of the clock */
    LIMIT_SERIES = 400,       /* points of one series */
    LIMIT_GRAPH_NODES = 2000, /* actors in one answer of the network */
    LIMIT_EVIDENCE_PARTICIPANTS = 12, /* beyond this an engagement says nothing about pairs */
    LIMIT_OPTIONS_SHOWN = 50,         /* options in one answer when no number is asked for */
    LIMIT_OPTION_CONCEPTS = 2048,     /* concepts that answer one capability */
    LIMIT_OPTION_OFFERS = 5000,       /* offers that a question about one need looks at */
    LIMIT_OPTION_PARTNER_OFFERS = 60, /* offers of one partner beside one need */
    LIMIT_OPTION_MODES = 256,         /* ways in which one partner may take part */
    LIMIT_OPTION_COLUMNS = 8192,      /* ways of all partners together */
    LIMIT_OPTION_NODES = 250000, /* steps of the search for options; shared by its repetitions */
    LIMIT_OPTION_REASONS = 200,  /* offers told of with the reason why not */
    LIMIT_OPTION_BACKUPS = 64,   /* ways of other partners tried as a backup */
    LIMIT_BOARD = 5000,          /* requests on one board */
    LIMIT_BLACKOUTS = 366,       /* days without any engagement in one plan */
    LIMIT_PLAN_PERSONS = 32,     /* persons with hours of their own in one plan */
    LIMIT_PLAN_NEEDS = 20,       /* open needs that a plan looks at, by priority */
    LIMIT_DIGEST = 12,           /* fading relationships in one digest */
    LIMIT_HEALTH_SHOWN = 50,     /* actors, ties or cells in one list of the network's health */
    LIMIT_HEALTH_MEMBERS = 30,   /* actors named beside one of them */
    LIMIT_HEALTH_NEEDS = 50,     /* open needs that the network's health looks at */
    LIMIT_HEALTH_STEPS =
        60000000,           /* ties looked at to find brokers; more, and they are estimated */
    LIMIT_SESSIONS = 10000, /* signed-in browsers */
    LIMIT_STREAMS = 256,    /* open event streams */
    LIMIT_INSTANCES = 200,  /* derived instances of one obligation in one answer */
    LIMIT_CALENDAR = 2000,  /* items of one calendar */
    LIMIT_RECURRENCE_STEPS = 40000,         /* days of one recurrence rule that are looked at */
    LIMIT_RECURRENCE_YEARS = 200,           /* from the first day of a recurrence rule on */
    LIMIT_CSV_FIELD = 64 * 1024,            /* one CSV cell */
    LIMIT_CSV_COLUMNS = 256,                /* columns of one CSV file or table */
    LIMIT_CARDS = 20000,                    /* cards of one vCard file */
    LIMIT_CARD_LINE = 256 * 1024,           /* one unfolded line of a vCard */
    LIMIT_CALENDAR_FILE = 16 * 1024 * 1024, /* one calendar file that is read */
    LIMIT_CALENDAR_PARTS = 20000,           /* components of one calendar file */
    LIMIT_BUNDLE = 256 * 1024 * 1024,       /* one sealed bundle */
    LIMIT_BUNDLE_PLAIN = 768 * 1024 * 1024, /* the statements of one bundle, decompressed */
    LIMIT_BUNDLE_LINES = 1000000,           /* statements of one bundle */
    LIMIT_BUNDLE_PUTS = 200000, /* records stated in one bundle that we make; the rest follow it */
    LIMIT_BUNDLE_PUT_BYTES = 192 * 1024 * 1024, /* their statements */
    LIMIT_BUNDLE_RATIO = 500,         /* bytes that one compressed byte of a bundle may become */
    LIMIT_STATEMENT = 384 * 1024,     /* one statement of a bundle */
    LIMIT_RECEIPT = 16 * 1024 * 1024, /* one receipt */
    LIMIT_RELAYS = 4,                 /* instances that may pass a record on, one to the next */
    LIMIT_CARD = 16 * 1024,           /* the card of an instance */
    LIMIT_PEERS = 1000,               /* peers of one instance */
    LIMIT_PREVIEW = 500,              /* records that one list of a preview names */
    LIMIT_SIDES = 5000,         /* records of the other side that are compared with one of ours */
    LIMIT_REFUSALS = 200,       /* refused statements that one answer names */
    LIMIT_OCCURRENCES = 200,    /* occurrences taken of one recurring event */
    LIMIT_EXCHANGE_UPLOADS = 4, /* unfinished bundles kept of one peer */
    LIMIT_EXCHANGE_RESUME_S =
        15 * 60,                 /* seconds for which a bundle that was made may still be sent on */
    LIMIT_EXCHANGE_ATTEMPTS = 6, /* times that one transfer goes on after it was cut */
    LIMIT_EXCHANGE_PACE =
        120, /* bundles made or taken in ten minutes for one peer that asks over the network */
};
