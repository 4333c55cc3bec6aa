/*
 * From the sample's own files to the CSV form of our kinds: pure text to text. Internal to the
 * sample importer.
 */
#pragma once

#include "service/sample_sheet.h"

/* What a mapping may look at beside its own file. */
struct sample_files {
    struct sheet actors;
    struct sheet parties; /* agreement-parties */
    struct sheet capabilities;
};

typedef int (*sample_mapping)(const struct sample_files *files, const struct sheet *s,
                              struct arena *a, struct error *err, struct buf *out);

int sample_actors(const struct sample_files *files, const struct sheet *s, struct arena *a,
                  struct error *err, struct buf *out);
int sample_positions(const struct sample_files *files, const struct sheet *s, struct arena *a,
                     struct error *err, struct buf *out);
int sample_memberships(const struct sample_files *files, const struct sheet *s, struct arena *a,
                       struct error *err, struct buf *out);
int sample_agreements(const struct sample_files *files, const struct sheet *s, struct arena *a,
                      struct error *err, struct buf *out);
int sample_engagements(const struct sample_files *files, const struct sheet *s, struct arena *a,
                       struct error *err, struct buf *out);
int sample_vocabularies(const struct sample_files *files, const struct sheet *s, struct arena *a,
                        struct error *err, struct buf *out);
int sample_words(const struct sample_files *files, const struct sheet *s, struct arena *a,
                 struct error *err, struct buf *out);
int sample_capabilities(const struct sample_files *files, const struct sheet *s, struct arena *a,
                        struct error *err, struct buf *out);
int sample_mappings(const struct sample_files *files, const struct sheet *s, struct arena *a,
                    struct error *err, struct buf *out);
int sample_offers(const struct sample_files *files, const struct sheet *s, struct arena *a,
                  struct error *err, struct buf *out);
int sample_requests(const struct sample_files *files, const struct sheet *s, struct arena *a,
                    struct error *err, struct buf *out);
