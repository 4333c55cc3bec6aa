/* CSV into and out of an instance: what is judged, what is written, what stays hidden. */
#include "transfer_world.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

#define ACTORS                                     \
    "external_ids,nature,name_en,parent,country\n" \
    "t:one,organisation,Harbour Board,,CAN\n"      \
    "t:two,unit,Dive Section,t:one,\n"             \
    "t:three,unit,Boat Section,Harbour Board,CAN\n"

static void a_file_becomes_records_and_rows_refer_to_rows_above(void **state)
{
    struct world *w = *state;
    struct transfer_report r = world_import(w, "actor", ACTORS);
    assert_int_equal(r.rows, 3);
    assert_int_equal(r.created, 3);
    assert_int_equal(world_entries(w), 3);
    struct slice one = world_id(w, "actor", "t:one");
    struct slice by_id = world_field(w, "actor", "t:two", "parent");
    struct slice by_title = world_field(w, "actor", "t:three", "parent");
    assert_memory_equal(by_id.ptr + 1, one.ptr, one.len);
    assert_memory_equal(by_title.ptr + 1, one.ptr, one.len);
}

static void every_wrong_cell_is_told_with_line_column_and_reason(void **state)
{
    struct world *w = *state;
    struct transfer_report r =
        world_import_as(w, NULL, "actor",
                        "Nature,name_en,parent,since,until,label,latitude,longitude\n"
                        "organisation,Right,,,,,,\n"
                        "company,Wrong nature,,,,,,\n"
                        "unit,,,,,,,\n"
                        "unit,Wrong parent,t:nobody,,,,,\n"
                        "unit,Wrong order,,2024-05,2023,,,\n"
                        "unit,Wrong label,,,,COSMIC,,\n"
                        "unit,\"Two\nlines\",,,,,,\n"
                        "unit,Wrong date,,yesterday,,,,\n"
                        "unit,Half a point,,,,,45,\n",
                        false);
    assert_int_equal(r.rows, 9);
    assert_int_equal(r.failed, 8);
    assert_true(report_has(&r, 3, "Nature", REASON_CHOICE));
    assert_true(report_has(&r, 4, "name_en", REASON_REQUIRED));
    assert_true(report_has(&r, 5, "parent", REASON_REFERENCE));
    assert_true(report_has(&r, 6, "until", REASON_ORDER));
    assert_true(report_has(&r, 7, "label", REASON_CHOICE));
    assert_true(report_has(&r, 10, "since", REASON_FORMAT));
    assert_true(report_has(&r, 11, "longitude", REASON_RULE));
}

static void a_row_must_agree_with_the_records_it_names_and_with_the_clock(void **state)
{
    struct world *w = *state;
    world_import(w, "actor", ACTORS);
    world_import(w, "relationship", "external_ids,a,b,nature\nt:tie,t:one,t:two,institutional\n");
    struct transfer_report r =
        world_import_as(w, NULL, "assessment",
                        "relationship,truster,trustee,dimension,valence,on,rationale\n"
                        "t:tie,t:one,t:two,ability,positive,2026,because it was so\n"
                        "t:tie,t:three,t:two,ability,positive,2026,because it was so\n",
                        false);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 3, "truster", REASON_RULE));
    r = world_import_as(w, NULL, "commitment",
                        "from,to,text,stakes,state,decided_on\n"
                        "t:one,t:two,Pilots,routine,kept,2026-05-01\n"
                        "t:one,t:two,Pilots,routine,kept,2030\n",
                        false);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 3, "decided_on", REASON_RULE));
}

static void one_bad_row_keeps_all_rows_out(void **state)
{
    struct world *w = *state;
    struct transfer_report r =
        world_import_as(w, NULL, "actor", ACTORS "t:four,castle,Keep,,CAN\n", false);
    assert_int_equal(r.failed, 1);
    assert_int_equal(r.created, 0);
    assert_int_equal(world_entries(w), 0);
}

static void an_unreadable_file_is_refused_where_it_breaks(void **state)
{
    struct world *w = *state;
    struct transfer_report r = world_import_as(
        w, NULL, "actor", "nature,name_en\nunit,Fine\nunit,\"never closed\n", false);
    assert_int_equal(r.failed, 1);
    assert_int_equal(r.errors[0].line, 3);
    assert_int_equal(world_entries(w), 0);
    r = world_import_as(w, NULL, "actor", "nature,name_en,colour\nunit,Fine,red\n", false);
    assert_true(report_has(&r, 1, "colour", REASON_UNKNOWN_FIELD));
}

static void a_dry_run_counts_and_writes_nothing(void **state)
{
    struct world *w = *state;
    struct transfer_report r = world_import_as(w, NULL, "actor", ACTORS, true);
    assert_true(r.dry_run);
    assert_int_equal(r.created, 3);
    assert_int_equal(r.failed, 0);
    assert_int_equal(world_entries(w), 0);
}

static void importing_twice_is_importing_once(void **state)
{
    struct world *w = *state;
    world_import(w, "actor", ACTORS);
    struct transfer_report r = world_import(w, "actor", ACTORS);
    assert_int_equal(r.created, 0);
    assert_int_equal(r.changed, 0);
    assert_int_equal(r.unchanged, 3);
    assert_int_equal(world_entries(w), 3);
}

static void only_what_differs_is_changed(void **state)
{
    struct world *w = *state;
    world_import(w, "actor", ACTORS);
    struct transfer_report r = world_import(w, "actor",
                                            "external_ids,nature,name_en,country\n"
                                            "t:one,organisation,Harbour Board,CAN\n"
                                            "t:two;other:2,unit,Dive Team,\n"
                                            "t:three,unit,Boat Section,\n");
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(r.changed, 2);
    assert_int_equal(world_entries(w), 5);
    /* no column: the field stays; an empty cell: it goes; external ids are only added */
    assert_int_equal(world_field(w, "actor", "t:two", "parent").len, UUID_TEXT + 2);
    assert_int_equal(world_field(w, "actor", "t:three", "country").len, 0);
    assert_true(
        slice_is(world_field(w, "actor", "other:2", "external_ids"), "[\"t:two\",\"other:2\"]"));
    r = world_import(w, "actor", "external_ids,nature,name_en\nother:2,unit,Dive Team\n");
    assert_int_equal(r.unchanged, 1);
}

static void a_title_that_two_records_bear_names_none(void **state)
{
    struct world *w = *state;
    world_import(w, "actor",
                 "external_ids,nature,name_en\nt:1,unit,Twin\nt:2,unit,Twin\nt:3,unit,Only\n");
    struct transfer_report r = world_import_as(
        w, NULL, "actor", "nature,name_en,parent\nunit,A,Twin\nunit,B,Only\n", false);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 2, "parent", REASON_REFERENCE));
    r = world_import_as(w, NULL, "actor",
                        "nature,name_en,parent\nunit,Pair,\nunit,Pair,\nunit,C,Pair\n", false);
    assert_true(report_has(&r, 4, "parent", REASON_REFERENCE));
}

static void an_external_id_stands_once_in_a_file(void **state)
{
    struct world *w = *state;
    struct transfer_report r = world_import_as(
        w, NULL, "actor", "external_ids,nature,name_en\nt:1,unit,A\nt:1,unit,B\n", false);
    assert_true(report_has(&r, 3, "external_ids", REASON_DUPLICATE));
    world_import(w, "actor", "external_ids,nature,name_en\nt:1;u:1,unit,A\n");
    r = world_import_as(w, NULL, "actor", "external_ids,nature,name_en\nt:1,unit,A\nu:1,unit,B\n",
                        false);
    assert_int_equal(r.failed, 1);
    assert_int_equal(world_entries(w), 1);
}

static void a_life_cycle_is_kept(void **state)
{
    struct world *w = *state;
    static const char head[] = "external_ids,from,to,text,stakes,state,due,decided_on\n";
    char csv[512];
    world_import(w, "actor", ACTORS);
    snprintf(csv, sizeof csv, "%sc:1,t:one,t:two,Lend a boat,routine,kept,2026-01-10,2026-01-09\n",
             head);
    world_import(w, "commitment", csv);
    snprintf(csv, sizeof csv,
             "%sc:1,t:one,t:two,Lend a boat,routine,broken,2026-01-10,2026-01-12\n", head);
    struct transfer_report r = world_import_as(w, NULL, "commitment", csv, false);
    assert_true(report_has(&r, 2, "state", REASON_TRANSITION));
}

static void what_is_exported_comes_back_unchanged(void **state)
{
    struct world *w = *state;
    struct buf csv cleanup_buf, again cleanup_buf;
    world_import(w, "actor", ACTORS);
    world_import(w, "actor",
                 "external_ids,nature,name_en,notes,contacts,label\n"
                 "t:5,unit,=SUM(A1),\"He said \"\"no\"\"\nand left\",a\\;b;c,\"RESTRICTED; "
                 "Releasable To: CAN, USA; TLP:AMBER\"\n"
                 "t:6,unit,'-quoted,+1 555,,\n");
    world_import(w, "engagement",
                 "external_ids,title,when,mode,status,participants,topics\n"
                 "e:1,Visit,2026-03,visit,held,\"actor=t:one;actor=t:two,position=t:three\",a;b\n");
    int64_t entries = world_entries(w);
    world_csv(w, NULL, "actor", &csv);
    struct transfer_report r = world_import(w, "actor", csv.ptr);
    assert_int_equal(r.rows, 5);
    assert_int_equal(r.unchanged, 5);
    world_csv(w, NULL, "engagement", &again);
    r = world_import(w, "engagement", again.ptr);
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(world_entries(w), entries);
}

static void hidden_records_are_neither_exported_nor_referred_to(void **state)
{
    struct world *w = *state;
    struct buf actors cleanup_buf, engagements cleanup_buf, lines cleanup_buf;
    const struct viewer *low = world_reader(w, "UNCLASSIFIED");
    world_import(w, "actor",
                 "external_ids,nature,name_en,parent,label\n"
                 "t:open,unit,Open Unit,,\n"
                 "t:hidden,unit,Hidden Unit,,SECRET\n"
                 "t:child,unit,Child Unit,t:hidden,\n");
    world_import(w, "engagement",
                 "external_ids,title,when,mode,status,participants\n"
                 "e:1,Visit,2026-03,visit,held,\"actor=t:open;actor=t:hidden\"\n");
    struct slice hidden = world_id(w, "actor", "t:hidden");
    world_csv(w, low, "actor", &actors);
    world_csv(w, low, "engagement", &engagements);
    world_lines(w, low, &lines);
    assert_non_null(strstr(actors.ptr, "Child Unit"));
    assert_non_null(strstr(lines.ptr, "Child Unit"));
    assert_null(strstr(actors.ptr, "Hidden Unit"));
    assert_null(strstr(lines.ptr, "Hidden Unit"));
    assert_null(memmem(actors.ptr, actors.len, hidden.ptr, hidden.len));
    assert_null(memmem(engagements.ptr, engagements.len, hidden.ptr, hidden.len));
    assert_null(memmem(lines.ptr, lines.len, hidden.ptr, hidden.len));
    /* naming it is naming nothing, by any name */
    static const char *const names[] = { "t:hidden", "Hidden Unit", "t:absent" };
    char csv[160];
    for (size_t i = 0; i < 3; i++) {
        snprintf(csv, sizeof csv, "nature,name_en,parent\nunit,Mine,%s\n", names[i]);
        struct transfer_report r = world_import_as(w, low, "actor", csv, false);
        assert_true(report_has(&r, 2, "parent", REASON_REFERENCE));
        assert_true(slice_is(r.errors[0].detail, names[i]));
    }
    snprintf(csv, sizeof csv, "nature,name_en,parent\nunit,Mine," SLICE_FMT "\n",
             SLICE_ARG(hidden));
    struct transfer_report r = world_import_as(w, low, "actor", csv, false);
    assert_true(report_has(&r, 2, "parent", REASON_REFERENCE));
    snprintf(csv, sizeof csv, "id,nature,name_en\n" SLICE_FMT ",unit,Mine\n", SLICE_ARG(hidden));
    r = world_import_as(w, low, "actor", csv, false);
    assert_true(report_has(&r, 2, "id", REASON_REFERENCE));
    /* its external id is free for whoever cannot see that it is taken */
    r = world_import_as(w, low, "actor", "external_ids,nature,name_en\nt:hidden,unit,Mine\n",
                        false);
    assert_int_equal(r.created, 1);
}

static void a_label_may_not_be_above_the_importer(void **state)
{
    struct world *w = *state;
    struct transfer_report r =
        world_import_as(w, world_reader(w, "RESTRICTED"), "actor",
                        "nature,name_en,label\nunit,A,RESTRICTED\nunit,B,SECRET\n", false);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 3, "label", REASON_LABEL));
}

static void a_record_keeps_its_label_when_the_cell_is_empty(void **state)
{
    struct world *w = *state;
    struct buf csv cleanup_buf;
    world_import(w, "actor", "external_ids,nature,name_en,label\nt:1,unit,A,SECRET\n");
    world_import(w, "actor", "external_ids,nature,name_en,label\nt:1,unit,B,\n");
    world_csv(w, world_reader(w, "UNCLASSIFIED"), "actor", &csv);
    assert_null(strstr(csv.ptr, "t:1"));
}

static void a_label_that_a_record_states_is_one_of_the_policy(void **state)
{
    struct world *w = *state;
    world_import(w, "vocabulary", "external_ids,title\nt:v,Words\n");
    world_import(w, "concept", "external_ids,vocabulary,pref,capability\nt:c,t:v,Pumping,true\n");
    struct transfer_report r = world_import_as(w, NULL, "need",
                                               "title,state,requirements,disclosure\n"
                                               "Right,open,\"capability=t:c,quantity=2;capability="
                                               "t:c\",\"{\"\"class\"\":\"\"SECRET\"\"}\"\n"
                                               "Wrong,open,t:c,\"{\"\"class\"\":\"\"COSMIC\"\"}\"\n"
                                               "None,open,t:c,\n",
                                               false);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 3, "disclosure", REASON_CHOICE));
}

static void many_rows_are_written_in_batches(void **state)
{
    struct world *w = *state;
    struct buf csv cleanup_buf;
    buf_init(&csv, 1 << 22);
    buf_add_cstr(&csv, "external_ids,nature,name_en,parent\n");
    for (int i = 0; i < 2500; i++) {
        buf_printf(&csv, "t:%d,unit,Unit %d,", i, i);
        if (i)
            buf_printf(&csv, "t:%d", i / 2);
        buf_add_cstr(&csv, "\n");
    }
    struct transfer_report r = world_import(w, "actor", csv.ptr);
    assert_int_equal(r.created, 2500);
    assert_int_equal(world_entries(w), 2500);
    r = world_import(w, "actor", csv.ptr);
    assert_int_equal(r.unchanged, 2500);
}

static const struct label *label_of(struct world *w, const char *kind, const char *external_id)
{
    struct row row;
    struct snapshot *s = world_look(w, node_operator(w->node));
    assert_int_equal(snapshot_get(s, NULL, world_id(w, kind, external_id), &w->err, &row), 0);
    snapshot_close(s);
    return row.label;
}

static struct transfer_report import_labelled(struct world *w, const char *kind, const char *label,
                                              const char *csv)
{
    struct transfer_report r = { 0 };
    struct write_context c = world_write(w, NULL);
    c.unlabelled = slice_of(label);
    if (transfer_import_csv(&c, world_kind(w, kind), slice_of(csv), false, NULL, &w->err, &r) < 0)
        r.failed = -1;
    return r;
}

static const char *label_text_of(struct world *w, const char *kind, const char *external_id)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_TEXT);
    label_write_text(node_policy(w->node), label_of(w, kind, external_id), &text);
    return arena_cstr(w->arena, buf_slice(&text));
}

/* New records that say nothing get what the import says, else nobody reads them but who brought
 * them (here the operator, whom no label can name), and the report tells how many they are. */
static void new_records_without_a_label_get_that_of_the_import_or_are_withheld(void **state)
{
    static const char rows[] = "external_ids,nature,name_en,label\nt:1,unit,A,\nt:2,unit,B,SECRET\n"
                               "t:3,unit,C,\n";
    struct world *w = *state;
    struct transfer_report r =
        import_labelled(w, "actor", "", "external_ids,nature,name_en\nt:0,unit,Z\n");
    assert_int_equal(r.note_count, 1);
    assert_non_null(strstr(arena_cstr(w->arena, r.notes[0].en),
                           "without a label: 1; they are marked "
                           "UNCLASSIFIED // NAMED PERSONS ONLY"));
    assert_non_null(strstr(arena_cstr(w->arena, r.notes[0].fr), "SEULEMENT"));
    r = import_labelled(w, "actor", "RESTRICTED; TLP:AMBER", rows);
    assert_int_equal(r.created, 3);
    assert_int_equal(r.note_count, 0);
    assert_string_equal(label_text_of(w, "actor", "t:0"), "UNCLASSIFIED; PERSONS: NOBODY");
    assert_string_equal(label_text_of(w, "actor", "t:1"), "RESTRICTED; TLP:AMBER");
    assert_string_equal(label_text_of(w, "actor", "t:2"), "SECRET");
    assert_string_equal(label_text_of(w, "actor", "t:3"), "RESTRICTED; TLP:AMBER");
    /* records that are there keep theirs */
    r = import_labelled(w, "actor", "{\"class\":\"SECRET\"}",
                        "external_ids,nature,name_en\nt:1,unit,AA\nt:4,unit,D\n");
    assert_int_equal(r.created + r.changed, 2);
    assert_string_equal(label_text_of(w, "actor", "t:1"), "RESTRICTED; TLP:AMBER");
    assert_string_equal(label_text_of(w, "actor", "t:4"), "SECRET");
    /* an empty label states nothing */
    r = import_labelled(w, "actor", "{}", "external_ids,nature,name_en\nt:5,unit,E\n");
    assert_int_equal(r.note_count, 1);
    assert_string_equal(label_text_of(w, "actor", "t:5"), "UNCLASSIFIED; PERSONS: NOBODY");
    /* and what is about a record has no lower label than that record */
    r = import_labelled(w, "annotation", "RESTRICTED; TLP:AMBER",
                        "external_ids,about,stance,text\nt:6,t:2,note,N\n");
    assert_int_equal(r.created, 1);
    assert_string_equal(label_text_of(w, "annotation", "t:6"), "SECRET; TLP:AMBER");
    assert_int_equal(import_labelled(w, "actor", "COSMIC", rows).failed, -1);
    assert_int_equal(import_labelled(w, "actor", "{\"class\":", rows).failed, -1);
}

static bool same_label(struct world *w, const char *annotation, const char *actor)
{
    return label_equal(label_of(w, "annotation", annotation), label_of(w, "actor", actor));
}

static void an_annotation_without_a_label_has_that_of_what_it_is_about(void **state)
{
    struct world *w = *state;
    world_import(w, "actor",
                 "external_ids,nature,name_en,label\n"
                 "t:low,organisation,Low,UNCLASSIFIED\n"
                 "t:mid,organisation,Mid,CONFIDENTIAL\n"
                 "t:high,organisation,High,SECRET\n");
    struct transfer_report r = world_import(w, "annotation",
                                            "external_ids,about,stance,text,same_as,label\n"
                                            "t:1,t:high,note,of it,,\n"
                                            "t:2,t:low,note,of it,,\n"
                                            "t:3,t:mid,note,of it,,\n"
                                            "t:4,t:high,note,of it,,\n"
                                            "t:5,t:high,note,said lower,,UNCLASSIFIED\n"
                                            "t:6,t:low,agree,,t:mid,\n"
                                            "t:7,t:mid,note,of it,,\n");
    assert_int_equal(r.created, 7);
    assert_true(same_label(w, "t:1", "t:high"));
    assert_true(same_label(w, "t:2", "t:low"));
    assert_true(same_label(w, "t:3", "t:mid"));
    assert_true(same_label(w, "t:4", "t:high"));
    assert_true(same_label(w, "t:5", "t:low")); /* what is stated is stated */
    assert_true(same_label(w, "t:6", "t:mid"));
    assert_true(same_label(w, "t:7", "t:mid"));
    r = world_import_as(w, NULL, "annotation",
                        "external_ids,about,stance,text\n"
                        "t:8,t:high,note,of it\n"
                        "t:9,t:8,note,of a row above\n",
                        false);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 3, "label", REASON_REQUIRED));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_file_becomes_records_and_rows_refer_to_rows_above),
        CASE(every_wrong_cell_is_told_with_line_column_and_reason),
        CASE(a_row_must_agree_with_the_records_it_names_and_with_the_clock),
        CASE(one_bad_row_keeps_all_rows_out),
        CASE(an_unreadable_file_is_refused_where_it_breaks),
        CASE(a_dry_run_counts_and_writes_nothing),
        CASE(importing_twice_is_importing_once),
        CASE(only_what_differs_is_changed),
        CASE(a_title_that_two_records_bear_names_none),
        CASE(an_external_id_stands_once_in_a_file),
        CASE(a_life_cycle_is_kept),
        CASE(what_is_exported_comes_back_unchanged),
        CASE(hidden_records_are_neither_exported_nor_referred_to),
        CASE(a_label_may_not_be_above_the_importer),
        CASE(a_record_keeps_its_label_when_the_cell_is_empty),
        CASE(a_label_that_a_record_states_is_one_of_the_policy),
        CASE(new_records_without_a_label_get_that_of_the_import_or_are_withheld),
        CASE(an_annotation_without_a_label_has_that_of_what_it_is_about),
        CASE(many_rows_are_written_in_batches),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
