"""Every message that an operation may answer with has a French twin.

Reads the sources: each literal that error_set or error_field is given in src/ops, src/service and
the reading sides of src/picture and src/label must have a row in src/ops/messages.c (or, for rules of records, in
src/record/rules.c). Exempt: what names a part of the program that had no memory, what is an inner
fault, and details that are no words (names of fields, formats).
"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop() if len(sys.argv) > 1 else ".")
CALL = re.compile(r"\b(error_set|error_field|reader_refuse)\((?!struct)")
# The readers of JSON, CSV and batches, and the verifier, state theirs through a function of their own, which adds the place.
READERS = ("src/base/json.c", "src/base/json_text.c", "src/format/csv.c",
           "src/service/predict_options.c", "src/service/predict_events.c", "src/service/predict_table.c",
           "src/service/predict_batch.c", "src/ledger/verify.c", "src/ledger/redactions.c",
           "src/format/label_xml.c", "src/format/binding.c")
READER_TEXT = re.compile(r"\b(?:fail|fail_at|refuse|predict_table_wrong|wrong|bad)\((?!struct)"
                         r"|(?:\breturn |\bwhy = |\bwhy_\w+\[\] = )(?=\")")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
CONVERSION = re.compile(r"%[.0-9*lz]*[sdu]")
NO_WORDS = {"put", "until", "RFC 3339", "UUID", "1", "TLP"}
DETAIL_MAX, MESSAGE_MAX = 111, 239


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def arguments(text, at):
    """The arguments of the call whose bracket has just been opened."""
    found, depth, start, quoted = [], 1, at, False
    while depth:
        c = text[at]
        if quoted:
            if c == "\\":
                at += 1
            elif c == '"':
                quoted = False
        elif c == '"':
            quoted = True
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 1:
            found.append(text[start:at])
            start = at + 1
        at += 1
    return found + [text[start:at - 1]]


def literals(argument):
    """The texts of an argument: neighbours are one, the branches of a choice are several."""
    argument = argument.replace("SLICE_FMT", '"%s"')
    return ["".join(LITERAL.findall(part)) for part in re.split(r"[?:](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", argument)
            if LITERAL.search(part)]


def table(path, name):
    text = without_comments((ROOT / path).read_text(encoding="utf-8"))
    body = text[text.index(name + "[] = {"):]
    body = body[:body.index("{ 0 }")]
    rows = re.findall(r'\{\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}', body)
    return [("".join(LITERAL.findall(en)), "".join(LITERAL.findall(fr))) for en, fr in rows]


def stated():
    files = [*(ROOT / "src/ops").glob("*.c"), *(ROOT / "src/service").glob("*.c"),
             *(ROOT / "src/net").glob("*.c"), *(ROOT / "src/http").glob("*.c"),
             *(ROOT / "src/format" / name for name in ("csv.c", "label_xml.c", "binding.c",
                                                       "binding_tree.c", "binding_key.c")),
             ROOT / "src/ledger/signer.c", ROOT / "src/ledger/signer_child.c",
             ROOT / "src/picture/list.c", ROOT / "src/picture/snapshot.c",
             *(ROOT / "src/label" / name for name in ("read.c", "label.c", "clearance.c", "text.c", "translate.c"))]
    for path in sorted(files):
        text = without_comments(path.read_text(encoding="utf-8"))
        for call in CALL.finditer(text):
            given = arguments(text, call.end())
            is_field = call.group(1) != "error_set"
            code, formats = (given[2], given[3]) if is_field else (given[1], given[2])
            if code.strip() in ("EN_NO_MEMORY", "EN_INTERNAL"):
                continue
            for text_of in literals(formats):
                words = CONVERSION.sub("", text_of)
                if re.search(r"[A-Za-z]{2}", words) and text_of not in NO_WORDS:
                    yield path.name, is_field, text_of


def stated_by_readers():
    for name in READERS:
        text = without_comments((ROOT / name).read_text(encoding="utf-8"))
        for call in READER_TEXT.finditer(text):
            given = arguments(text, call.end()) if call.group().endswith("(") else \
                [LITERAL.match(text, call.end()).group()]
            for argument in given:
                for said in literals(argument):
                    if " " in said:
                        yield name, said


class Messages(unittest.TestCase):
    maxDiff = None
    def setUp(self):
        self.rows = table("src/ops/messages.c", "message_rows")
        self.rules = table("src/record/rules.c", "rule_texts")

    def test_every_message_has_a_french_twin(self):
        known = {en for en, _ in self.rows + self.rules}
        found = list(stated())
        self.assertGreater(len(found), 60)
        missing = sorted({f"{name}: {text}" for name, _, text in found if text not in known})
        self.assertEqual(missing, [])

    def test_what_the_readers_of_files_say_has_a_french_twin(self):
        known = {en for en, _ in self.rows}
        found = list(stated_by_readers())
        self.assertGreater(len(found), 20)
        missing = sorted({f"{name}: {text}" for name, text in found if text not in known})
        self.assertEqual(missing, [])

    def test_each_sentence_is_stated_once(self):
        known = [en for en, _ in self.rows + self.rules]
        self.assertEqual(sorted(en for en in set(known) if known.count(en) > 1), [])

    def test_a_twin_uses_the_places_of_its_format(self):
        for en, fr in self.rows:
            with self.subTest(en=en):
                used = sorted(set(re.findall(r"%([1-9])", fr)))
                self.assertEqual(used, [str(i + 1) for i in range(len(CONVERSION.findall(en)))])

    def test_twins_fit_where_they_are_put(self):
        details = {text for _, is_field, text in stated() if is_field}
        for en, fr in self.rows:
            with self.subTest(en=en):
                most = DETAIL_MAX if en in details else MESSAGE_MAX
                self.assertLessEqual(len(fr.encode()), most)


if __name__ == "__main__":
    unittest.main()
