/*
 * A policy file in, an account of it out; no instance needed. A file that is not understood is
 * refused with its line and element, as an instance would refuse it.
 */
#include "cli/policy.h"

#include "cli/input.h"
#include "cli/run.h"
#include "service/policy_file.h"

static const struct parameter parameters[] = {
    { "file",
      IN_PATH,
      { .name = "file",
        .type = FIELD_CODE,
        .flags = FIELD_REQUIRED,
        .target = "FILE",
        .help_en = "the policy, XML SPIF 2.1; \"-\": standard input",
        .help_fr = "la politique, SPIF XML 2.1 ; « - » : entrée standard" } },
    { 0 },
};

const struct operation policy_check_operation = {
    .name = "policy.check",
    .parameters = parameters,
    .help_en = "Check a security policy file and tell what it says. Needs no instance.",
    .help_fr = "Vérifier un fichier de politique de sécurité et dire ce qu'il contient. N'exige "
               "aucune instance.",
};

int policy_check_verb(struct cli *c, const struct arguments *args, struct error *err)
{
    struct buf text cleanup_buf = { 0 };
    struct buf out cleanup_buf = { 0 };
    buf_init(&text, CLI_OUTPUT);
    buf_init(&out, CLI_OUTPUT);
    int code = input_read(args_text(c, args, "file"), &text, err);
    code = code == 0 ? policy_file_check(buf_slice(&text), &out, err) : code;
    return code == 0 ? run_show(c, &out, err) : code;
}
