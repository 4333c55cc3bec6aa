/*
 * What an open ledger consists of; for the files of this folder only.
 */
#pragma once

#include "ledger/signer.h"
#include "ledger/store.h"
#include "ledger/writer.h"

struct ledger {
    struct signer *signer;
    char *directory;
    char *key_path;
    int patience_ms; /* with locks of others */
    struct store *store;
    struct writer writer;
};

enum { LEDGER_PATIENCE_MS = 10000 };

#define LEDGER_FILE "ledger.db"
#define LEDGER_KEY_FILE "key"
