"""Bindings of ours against xmlsec1, in both directions.

xmlsec1 verifies what we signed; a changed bit of the label or of the payload is refused by both;
what xmlsec1 signed with a key or a certificate is verified by us, and refused when changed.
Prints TAP. Without xmlsec1 everything is skipped, and says so.
"""

import base64
import pathlib
import shutil
import subprocess
import sys
import tempfile

DUMP = sys.argv[1]
LABEL = "SECRET; Caveat: LEGAL; Releasable To: CAN, USA; TLP:AMBER"

TEMPLATE = """<?xml version="1.0"?>
<b:BindingInformation xmlns:b="urn:nato:stanag:4778:bindinginformation:1:0">
  <b:MetadataBindingContainer>
    <b:MetadataBinding xml:id="theirs">
      <b:Metadata>
        <s:ConfidentialityLabel xmlns:s="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0">
          <s:ConfidentialityInformation>
            <s:PolicyIdentifier>entente-default</s:PolicyIdentifier>
            <s:Classification>CONFIDENTIAL</s:Classification>
            <s:Category Type="PERMISSIVE" TagName="Releasable To"><s:GenericValue>CAN</s:GenericValue></s:Category>
          </s:ConfidentialityInformation>
        </s:ConfidentialityLabel>
      </b:Metadata>
      <b:DataReference URI="payload.bin" />
      %s
    </b:MetadataBinding>
    %s
  </b:MetadataBindingContainer>
</b:BindingInformation>
"""

SIGNATURE = """<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
  <SignedInfo>
    <CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
    <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
    <Reference URI="payload.bin"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>
    <Reference URI="#theirs">
      <Transforms>%s<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms>
      <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/>
    </Reference>
  </SignedInfo>
  <SignatureValue/>
  <KeyInfo>%s</KeyInfo>
</Signature>"""

ENVELOPED = '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'


def dump(*arguments):
    done = subprocess.run([DUMP, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout.strip()


def xmlsec(folder, *arguments):
    done = subprocess.run(["xmlsec1", *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stderr + done.stdout


class Case:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.payload = self.folder / "payload.bin"
        self.bdo = self.folder / "payload.bin.bdo"
        self.public = self.folder / "public.pem"

    def ours(self, *who):
        return dump("verify", self.bdo, *who)

    def theirs(self):
        code, _ = xmlsec(self.folder, "--verify", "--pubkey-pem", self.public, self.bdo.name)
        return code == 0

    def both_refuse(self, what):
        code, said = self.ours(self.public)
        assert code == 1 and said, f"{what}: we take it: {said}"
        assert not self.theirs(), f"{what}: xmlsec1 takes it"


def xmlsec_verifies_what_we_signed(case):
    assert dump("make", case.folder, LABEL)[0] == 0
    assert case.ours(case.public) == (0, "ok SECRET")
    assert case.ours() == (0, "ok SECRET")
    assert case.theirs()


def a_changed_payload_is_refused_by_both(case):
    assert dump("make", case.folder, LABEL)[0] == 0
    good = case.payload.read_bytes()
    for bit in (0, 7, 8 * (len(good) // 2) + 3, 8 * len(good) - 1):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        case.payload.write_bytes(changed)
        case.both_refuse(f"bit {bit} of the payload")
    case.payload.write_bytes(good)
    assert case.theirs() and case.ours()[0] == 0


def a_changed_label_is_refused_by_both(case):
    assert dump("make", case.folder, LABEL)[0] == 0
    good = case.bdo.read_bytes()
    changes = [(b">SECRET<", b">RESTRICTED<"), (b">CAN<", b">FRA<"), (b">AMBER<", b">GREEN<"),
               (b">LEGAL<", b">LIAISON<"), (b"PERMISSIVE", b"INFORMATIVE"),
               (b"2026-01-02", b"2026-01-03"),
               (b'<mb:DataReference', b'<mb:Metadata/><mb:DataReference')]
    for before, after in changes:
        assert before in good
        case.bdo.write_bytes(good.replace(before, after, 1))
        case.both_refuse(f"{before} as {after}")
    start, end = good.index(b"<slab:orig"), good.index(b"</mb:Metadata>")
    for at in range(start, end, 11):
        changed = bytearray(good)
        changed[at] ^= 1
        case.bdo.write_bytes(changed)
        case.both_refuse(f"a bit of byte {at}")


def another_key_s_signature_is_refused_by_both(case):
    assert dump("make", case.folder, LABEL)[0] == 0
    with tempfile.TemporaryDirectory() as other:
        assert dump("keys", other)[0] == 0
        case.public.write_bytes((pathlib.Path(other) / "public.pem").read_bytes())
    case.both_refuse("another key")


def sign(case, inside, key_info, enveloped=ENVELOPED):
    signature = SIGNATURE % (enveloped, key_info)
    (case.folder / "template.xml").write_text(
        TEMPLATE % ((signature, "") if inside else ("", signature)))
    code, said = xmlsec(case.folder, "--sign", "--privkey-pem", "private.pem,cert.pem",
                        "--output", case.bdo.name, "template.xml")
    assert code == 0, said


def we_verify_what_xmlsec_signed(case):
    certificate = "<X509Data><X509Certificate/></X509Data>"
    sign(case, True, certificate)
    assert case.ours() == (0, "ok CONFIDENTIAL certified"), case.ours()
    assert case.ours(case.public)[0] == 0
    assert case.ours(case.folder / "cert.pem")[0] == 0
    sign(case, False, certificate, enveloped="")
    assert case.ours() == (0, "ok CONFIDENTIAL certified"), case.ours()
    sign(case, True, "<KeyName/>")
    assert case.ours(case.public) == (0, "ok CONFIDENTIAL"), case.ours(case.public)
    assert case.ours()[0] == 1  # it brings no key


def what_xmlsec_signed_and_was_changed_we_refuse(case):
    sign(case, True, "<KeyName/>")
    good = case.bdo.read_text()
    assert case.theirs()
    for before, after in ((">CONFIDENTIAL<", ">UNCLASSIFIED<"), ('DataReference URI="payload.bin"', 'DataReference URI="other.bin"')):
        assert before in good
        case.bdo.write_text(good.replace(before, after, 1))
        case.both_refuse(before)
    case.bdo.write_text(good)
    case.payload.write_bytes(case.payload.read_bytes() + b".")
    case.both_refuse("a longer payload")


def a_wrapped_signature_is_refused(case):
    """The signed binding moves aside, where its id still finds it; another takes its place."""
    assert dump("make", case.folder, LABEL)[0] == 0
    good = case.bdo.read_text()
    start, end = good.index("<mb:MetadataBinding "), good.index("</mb:MetadataBinding>") + 21
    binding = good[start:end]
    forged = binding.replace(">SECRET<", ">UNCLASSIFIED<").replace(' xml:id="binding"', "")
    bare = forged[:forged.index("<ds:Signature")] + "</mb:MetadataBinding>"
    wrapped = [
        good.replace(binding, bare + binding),
        good.replace(binding, binding + bare),
        good.replace(binding, bare[:-21] + "<mb:Extra>" + binding + "</mb:Extra></mb:MetadataBinding>"),
        good.replace("<mb:MetadataBindingContainer>",
                     "<mb:Extra>" + binding + "</mb:Extra><mb:MetadataBindingContainer>", 1)
            .replace(binding + "</mb:MetadataBindingContainer>", bare + "</mb:MetadataBindingContainer>"),
        good.replace(binding, bare.replace("<mb:MetadataBinding>", '<mb:MetadataBinding xml:id="binding">')
                     + binding),
    ]
    for text in wrapped:
        assert text != good
        case.bdo.write_text(text)
        code, said = case.ours(case.public)
        assert code == 1 and said, text


def data_outside_the_directory_is_refused(case):
    """All of these xmlsec1 finds and signs."""
    for uri in (f"../{case.folder.name}/payload.bin", "./payload.bin", str(case.payload),
                f"file://{case.payload}"):
        text = (TEMPLATE % (SIGNATURE % (ENVELOPED, "<KeyName/>"), "")).replace('"payload.bin"', f'"{uri}"')
        (case.folder / "template.xml").write_text(text)
        code, said = xmlsec(case.folder, "--sign", "--privkey-pem", "private.pem", "--output", case.bdo.name,
                            "template.xml")
        assert code == 0 and case.theirs(), said
        assert case.ours(case.public) == (1, "the binding speaks of data outside its directory"), uri


CASES = [xmlsec_verifies_what_we_signed, a_changed_payload_is_refused_by_both,
         a_changed_label_is_refused_by_both, another_key_s_signature_is_refused_by_both,
         we_verify_what_xmlsec_signed, what_xmlsec_signed_and_was_changed_we_refuse,
         a_wrapped_signature_is_refused, data_outside_the_directory_is_refused]


def main():
    if not shutil.which("xmlsec1"):
        print("1..0 # SKIP xmlsec1 is not installed")
        return 0
    print(f"1..{len(CASES)}")
    failed = 0
    for number, run in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "payload.bin").write_bytes(base64.b64decode("AAECA/8=") * 300)
            assert dump("keys", folder)[0] == 0
            try:
                run(Case(folder))
                print(f"ok {number} - {run.__name__}")
            except AssertionError as why:
                failed = 1
                print(f"not ok {number} - {run.__name__}\n# {why}")
    return failed


sys.exit(main())
