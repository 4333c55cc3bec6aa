/*
 * Bash completion: verbs word by word, then the flags of the verb, then the words a flag takes.
 *
 * The script is self-contained; it does not call the program, so it completes as fast as bash can.
 * Names come from tables that hold only letters, digits and dashes, so nothing needs quoting.
 */
#include "cli/completion.h"

#include "cli/options.h"
#include "cli/render.h"

static void global_flags(struct buf *out)
{
    for (const struct global_option *o = global_options; o->name; o++) {
        buf_printf(out, " --%s", o->name);
    }
}

static int add_flag(void *context, const struct flag *f)
{
    if (!f->positional) {
        buf_printf(context, " --%s", f->name);
    }
    return 0;
}

static void verb_cases(const struct cli *c, struct buf *out)
{
    buf_add_cstr(out, "    case \"$verb\" in\n");
    for (size_t i = 0; i < c->verbs->count; i++) {
        buf_printf(out, "    \"%s\") flags=\"", c->verbs->items[i].name);
        flags_of(c, c->verbs->items[i].operation, add_flag, out);
        buf_add_cstr(out, "\" ;;\n");
    }
    buf_add_cstr(out, "    esac\n");
}

struct choice_cases {
    const char *verb;
    struct buf *out;
};

static int add_choices(void *context, const struct flag *f)
{
    const struct choice_cases *cases = context;
    if (f->positional || !f->choices || !f->choices->value) {
        return 0;
    }
    buf_printf(cases->out, "    \"%s --%s\") words=\"", cases->verb, f->name);
    for (const struct choice *choice = f->choices; choice->value; choice++) {
        buf_printf(cases->out, " %s", choice->value);
    }
    buf_add_cstr(cases->out, "\" ;;\n");
    return 0;
}

static void value_cases(const struct cli *c, struct buf *out)
{
    buf_add_cstr(out, "    case \"$verb $before\" in\n");
    for (size_t i = 0; i < c->verbs->count; i++) {
        struct choice_cases cases = { c->verbs->items[i].name, out };
        flags_of(c, c->verbs->items[i].operation, add_choices, &cases);
    }
    for (const struct global_option *o = global_options; o->name; o++) {
        if (o->choices) {
            buf_printf(out, "    *\" --%s\"|\"--%s\") words=\"%s\" ;;\n", o->name, o->name,
                       o->choices);
        }
    }
    buf_add_cstr(out, "    esac\n");
}

static const char script_head[] =
    "# bash completion for entente; made by `entente completion bash`\n"
    "_entente()\n"
    "{\n"
    "    local here=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
    "    local typed=\"\" verb=\"\" flags=\"\" words=\"\" i word known\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=\"${COMP_WORDS[i]}\"\n"
    "        case \"$word\" in\n"
    "        --dir|-d|--as|--as-partner|--output|-o|--lang|--columns) ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *) typed=\"${typed:+$typed }$word\" ;;\n"
    "        esac\n"
    "    done\n"
    "    # the longest verb that the typed words begin with\n"
    "    for known in \"${_entente_verbs[@]}\"; do\n"
    "        if [[ \"$typed \" == \"$known \"* && ${#known} -gt ${#verb} ]]; then verb=$known; fi\n"
    "    done\n";

static const char script_tail[] =
    "    if [[ -n $words ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$words\" -- \"$here\"))\n"
    "    elif [[ $here == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$flags $global\" -- \"$here\"))\n"
    "    else\n"
    "        local next=() rest\n"
    "        for known in \"${_entente_verbs[@]}\"; do\n"
    "            if [[ -z $typed ]]; then next+=(\"${known%% *}\")\n"
    "            elif [[ $known == \"$typed \"* ]]; then\n"
    "                rest=${known#\"$typed \"}; next+=(\"${rest%% *}\")\n"
    "            fi\n"
    "        done\n"
    "        COMPREPLY=($(compgen -W \"${next[*]}\" -- \"$here\"))\n"
    "        if [[ ${#COMPREPLY[@]} -eq 0 && -n $verb ]]; then\n"
    "            COMPREPLY=($(compgen -f -- \"$here\"))\n"
    "        fi\n"
    "    fi\n"
    "}\n"
    "complete -F _entente entente\n";

int completion_run(struct cli *c, const struct arguments *args, struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    if (!slice_is(json_get_text(args->parameters, "shell"), "bash")) {
        return error_field(err, S("shell"), REASON_CHOICE, "bash");
    }
    buf_init(&out, LIMIT_RESPONSE);
    buf_add_cstr(&out, "_entente_verbs=(");
    for (size_t i = 0; i < c->verbs->count; i++) {
        buf_printf(&out, "\n    \"%s\"", c->verbs->items[i].name);
    }
    buf_add_cstr(&out, ")\n");
    buf_add_cstr(&out, script_head);
    buf_add_cstr(&out, "    local global=\"");
    global_flags(&out);
    buf_add_cstr(&out, "\"\n");
    verb_cases(c, &out);
    value_cases(c, &out);
    buf_add_cstr(&out, script_tail);
    return render_write(c->out, &out, err);
}
