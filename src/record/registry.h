/*
 * The built-in kinds, one per file, and their life cycles. Only kinds.c and the tests name them
 * one by one; everything else walks `struct kinds`.
 */
#pragma once

#include "record/kind.h"
#include "record/rules.h"

extern const struct kind kind_actor;
extern const struct kind kind_posting;
extern const struct kind kind_membership;
extern const struct kind kind_relationship;
extern const struct kind kind_engagement;
extern const struct kind kind_commitment;
extern const struct kind kind_disclosure;
extern const struct kind kind_assessment;
extern const struct kind kind_agreement;
extern const struct kind kind_obligation;
extern const struct kind kind_transaction;
extern const struct kind kind_request;
extern const struct kind kind_vocabulary;
extern const struct kind kind_concept;
extern const struct kind kind_mapping;
extern const struct kind kind_objective;
extern const struct kind kind_need;
extern const struct kind kind_offer;
extern const struct kind kind_access;
extern const struct kind kind_annotation;
extern const struct kind kind_user;
extern const struct kind kind_release;
extern const struct kind kind_token;
extern const struct kind kind_setting;
extern const struct kind kind_audit;
extern const struct kind kind_peer;
extern const struct kind kind_bundle;
extern const struct kind kind_peer_release;

/* Life cycles. */
extern const struct state_row commitment_states[];
extern const struct state_row disclosure_states[];
extern const struct state_row engagement_states[];
extern const struct state_row need_states[];
extern const struct state_row obligation_states[]; /* of an instance */
extern const struct state_row peer_states[];
extern const struct state_row release_states[];
extern const struct state_row request_states[];
extern const struct state_row transaction_states[];

/* Choices that several kinds share. */
extern const struct choice instrument_choices[]; /* of power, not of law */
extern const struct choice priority_choices[];
extern const struct choice stakes_choices[];

/* Adds the configured fields; see kinds_make. */
int custom_fields_apply(struct arena *a, struct slice custom, struct error *err,
                        const struct kind **kinds, size_t count);

/* The point, shared by actors and engagements. */
#define FIELD_POINT_LATITUDE                                                                      \
    {                                                                                             \
        .name = "latitude", .type = FIELD_DECIMAL, .min = -90, .max = 90, .label_en = "Latitude", \
        .label_fr = "Latitude", .help_en = "Decimal degrees, north positive (WGS 84).",           \
        .help_fr = "Degrés décimaux, positifs au nord (WGS 84)."                                \
    }
#define FIELD_POINT_LONGITUDE                                                \
    {                                                                        \
        .name = "longitude", .type = FIELD_DECIMAL, .min = -180, .max = 180, \
        .label_en = "Longitude", .label_fr = "Longitude",                    \
        .help_en = "Decimal degrees, east positive (WGS 84).",               \
        .help_fr = "Degrés décimaux, positifs à l'est (WGS 84)."          \
    }
