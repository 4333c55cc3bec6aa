/*
 * Transactions: what one actor supplied to another under an agreement, and how it was settled. Each
 * is a line of the ledger of mutual support; balances are computed from them.
 *
 * Evidence: settled in time, about the receiver, who owes the settlement, for the supplier. Settled
 * after it was due is overdue on the day it was settled, defaulted is overdue on the day it was
 * due.
 */
#include "record/registry.h"

static const struct choice settlements[] = {
    { "cash", "Cash reimbursement", "Remboursement en espèces" },
    { "replacement_in_kind", "Replacement in kind", "Remplacement en nature" },
    { "equal_value_exchange", "Exchange of equal value", "Échange de valeur égale" },
    { 0 },
};

static const struct choice states[] = {
    { "ordered", "Ordered", "Commandé" },   { "delivered", "Delivered", "Livré" },
    { "settled", "Settled", "Réglé" },      { "defaulted", "Defaulted", "Impayé" },
    { "waived", "Waived", "Levé" },         { "disputed", "Disputed", "Contesté" },
    { "cancelled", "Cancelled", "Annulé" }, { 0 },
};

static const struct field fields[] = {
    { .name = "agreement",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Agreement",
      .label_fr = "Accord",
      .help_en = "The agreement under which it was supplied.",
      .help_fr = "L'accord au titre duquel la fourniture a eu lieu." },
    { .name = "supplier",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Supplier",
      .label_fr = "Fournisseur",
      .help_en = "Who gave.",
      .help_fr = "Qui a fourni." },
    { .name = "receiver",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Receiver",
      .label_fr = "Destinataire",
      .help_en = "Who received, and owes the settlement.",
      .help_fr = "Qui a reçu, et doit le règlement." },
    { .name = "item",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 500,
      .label_en = "Item",
      .label_fr = "Article",
      .help_en = "What was supplied.",
      .help_fr = "Ce qui a été fourni." },
    { .name = "capability",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "concept",
      .label_en = "Capability",
      .label_fr = "Capacité",
      .help_en = "The capability that it was.",
      .help_fr = "La capacité dont il s'agit." },
    { .name = "order",
      .type = FIELD_CODE,
      .flags = FIELD_INDEXED,
      .label_en = "Order",
      .label_fr = "Commande",
      .help_en = "The number of the order.",
      .help_fr = "Le numéro de la commande." },
    { .name = "quantity",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000000,
      .label_en = "Quantity",
      .label_fr = "Quantité",
      .help_en = "How much was supplied.",
      .help_fr = "La quantité fournie." },
    { .name = "unit",
      .type = FIELD_TEXT,
      .max = 60,
      .label_en = "Unit",
      .label_fr = "Unité",
      .help_en = "What the quantity counts.",
      .help_fr = "Ce que compte la quantité." },
    { .name = "value",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000000000,
      .label_en = "Value",
      .label_fr = "Valeur",
      .help_en = "What it is worth, in the currency.",
      .help_fr = "Ce que cela vaut, dans la monnaie." },
    { .name = "currency",
      .type = FIELD_CODE,
      .flags = FIELD_INDEXED,
      .max = 3,
      .label_en = "Currency",
      .label_fr = "Monnaie",
      .help_en = "ISO 4217, e.g. CAD.",
      .help_fr = "ISO 4217, p. ex. CAD." },
    { .name = "delivered",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Delivered",
      .label_fr = "Livré le",
      .help_en = "When it was delivered.",
      .help_fr = "Date de livraison." },
    { .name = "settlement",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = settlements,
      .label_en = "Settlement",
      .label_fr = "Règlement",
      .help_en = "How it is to be settled.",
      .help_fr = "Comment cela doit être réglé." },
    { .name = "due",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Due",
      .label_fr = "Échéance",
      .help_en = "The last moment at which it is settled on time.",
      .help_fr = "Le dernier moment pour régler à temps." },
    { .name = "settled",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Settled on",
      .label_fr = "Réglé le",
      .help_en = "When it was settled.",
      .help_fr = "Date du règlement." },
    { .name = "settled_value",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000000000,
      .label_en = "Value settled",
      .label_fr = "Valeur réglée",
      .help_en = "What was given in return; the value, when absent.",
      .help_fr = "Ce qui a été donné en retour ; la valeur à défaut." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Where it stands.",
      .help_fr = "Où il en est." },
    { .name = "request",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "request",
      .label_en = "Request",
      .label_fr = "Demande",
      .help_en = "The request that it answers.",
      .help_fr = "La demande à laquelle elle répond." },
    { 0 },
};

enum {
    ORDERED = 1 << 0,
    DELIVERED = 1 << 1,
    SETTLED = 1 << 2,
    DEFAULTED = 1 << 3,
    WAIVED = 1 << 4,
    DISPUTED = 1 << 5,
    CANCELLED = 1 << 6
};

/* What was ordered may be settled before it is delivered. A default can still be settled; a step
 * back is a correction; a dispute may end in any way. */
const struct state_row transaction_states[] = {
    { "ordered", DELIVERED | SETTLED | WAIVED | DISPUTED | CANCELLED },
    { "delivered", ORDERED | SETTLED | DEFAULTED | WAIVED | DISPUTED },
    { "settled", DELIVERED | DISPUTED },
    { "defaulted", DELIVERED | SETTLED | WAIVED | DISPUTED },
    { "waived", DELIVERED | DISPUTED },
    { "disputed", DELIVERED | SETTLED | DEFAULTED | WAIVED | CANCELLED },
    { "cancelled", ORDERED },
    { 0 },
};

static bool is_currency(struct slice code)
{
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] < 'A' || code.ptr[i] > 'Z')
            return false;
    }
    return code.len == 3;
}

static int check_value(const struct json *body, struct error *err)
{
    struct slice currency = json_get_text(body, "currency");
    if (!slice_empty(currency) && !is_currency(currency))
        return error_field(err, S("/currency"), REASON_FORMAT,
                           "an ISO 4217 code in capitals, e.g. CAD");
    if ((json_get(body, "value") || json_get(body, "settled_value")) && slice_empty(currency))
        return error_field(err, S("/currency"), REASON_RULE, "a value needs its currency");
    return 0;
}

static int check_state(const struct json *body, struct error *err)
{
    struct slice state = json_get_text(body, "state");
    int day = 0, value = 0;
    if (slice_is(state, "delivered") && !json_get(body, "delivered"))
        return error_field(err, S("/delivered"), REASON_RULE, "needed once it is delivered");
    if (slice_is(state, "defaulted") && !json_get(body, "due"))
        return error_field(err, S("/due"), REASON_RULE, "only what was due can be defaulted on");
    if (slice_is(state, "settled"))
        return json_get(body, "settled")
                   ? 0
                   : error_field(err, S("/settled"), REASON_RULE, "needed once it is settled");
    if (!slice_is(state, "disputed")) { /* a settlement may be what is disputed */
        day = rule_unset(body, "settled", "only once it is settled", err);
        value = rule_unset(body, "settled_value", "only once it is settled", err);
    }
    return day ? day : value;
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_differ(body, "supplier", "receiver", "a transaction needs two different actors", err),
        check_value(body, err),
        check_state(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(transaction_states, "state", before, after, err);
}

static void testify(const struct json *body, testimony_sink sink, void *context)
{
    struct slice state = json_get_text(body, "state");
    struct when due, at;
    bool has_due = rule_when(body, "due", &due), overdue = true;
    if (slice_is(state, "settled") && rule_when(body, "settled", &at))
        overdue = has_due && when_after(at, due);
    else if (slice_is(state, "defaulted") && has_due)
        at = due;
    else
        return;
    sink(context, &(struct testimony){
                      .event = overdue ? "transaction.overdue" : "transaction.settled",
                      .truster = json_get_text(body, "supplier"),
                      .trustee = json_get_text(body, "receiver"),
                      .at_ms = slice_is(state, "settled") ? when_first_ms(at) : when_last_ms(at),
                      .share = 1,
                  });
}

const struct kind kind_transaction = {
    .name = "transaction",
    .plural = "transactions",
    .title_en = "Transaction",
    .title_fr = "Transaction",
    .help_en = "What one actor supplied to another, and how it was settled.",
    .help_fr = "Ce qu'un acteur a fourni à un autre, et comment cela a été réglé.",
    .fields = fields,
    .name_field = "item",
    .when_field = "delivered",
    .check = check,
    .advance = advance,
    .testify = testify,
};
