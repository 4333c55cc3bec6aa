/* The fixed answers; see fake.h. */
#include "fake.h"

#define LOW "\"marking\":{\"en\":\"UNCLASSIFIED\",\"fr\":\"NON CLASSIFIÉ\"}"
#define HIGH \
    "\"marking\":{\"en\":\"SECRET // REL TO CAN, USA\",\"fr\":\"SECRET // COMM. CAN, USA\"}"

const char fake_names[] =
    "{\"items\":[{\"id\":\"" FAKE_A "\",\"name_en\":\"Alpha\",\"short_en\":\"A\"},"
    "{\"id\":\"" FAKE_B "\",\"name_en\":\"Beta\",\"name_fr\":\"Bêta\"},"
    "{\"id\":\"" FAKE_B "\",\"name_en\":\"Twin\"},{\"id\":\"" FAKE_C "\",\"name_en\":\"twin\"}]}";

const char fake_actors[] =
    "{\"items\":["
    "{\"id\":\"1\",\"kind\":\"actor\",\"version\":3,\"label\":{\"class\":\"UNCLASSIFIED\"}," LOW ","
    "\"origin\":\"x\",\"name_en\":\"Harbour "
    "Office\",\"name_fr\":\"Capitainerie\",\"country\":\"CAN\","
    "\"instruments\":[\"economic\",\"legal\"],\"latitude\":45.5,\"parent\":\"2\"},"
    "{\"id\":\"2\",\"kind\":\"actor\",\"version\":1," HIGH ",\"name_en\":\"東京港 e\\u0301cole\","
    "\"country\":\"JPN\",\"latitude\":-5.25,\"notes\":\"said \\\"no\\\", then\\nleft\"}],"
    "\"refs\":{\"2\":{\"kind\":\"actor\",\"title\":\"Port of Tokyo\",\"title_fr\":\"Port de "
    "Tokyo\"}},"
    "\"next\":\"2\"," HIGH "}";

const char fake_actors_2[] =
    "{\"items\":[{\"id\":\"3\",\"kind\":\"actor\",\"version\":1," LOW
    ",\"name_en\":\"Evil \\u001b[31mred\",\"primary\":true}],\"refs\":{}," LOW "}";

/* Ours; a named partner's; a partner's judgement; a row whose originator has no name here. */
const char fake_theirs[] =
    "{\"items\":[{\"id\":\"1\",\"kind\":\"actor\",\"version\":1," LOW ",\"origin\":\"x\","
    "\"title\":\"Harbour Office\",\"country\":\"CAN\"},"
    "{\"id\":\"2\",\"kind\":\"actor\",\"version\":1," LOW ",\"origin\":\"" FAKE_A
    "\",\"theirs\":true,"
    "\"origin_name\":\"Port of Tokyo\",\"title\":\"Harbour Office\",\"country\":\"JPN\","
    "\"parts\":[{\"title\":\"Quay\",\"origin\":\"" FAKE_B
    "\",\"theirs\":true,\"origin_name\":\"Customs\"}]},"
    "{\"id\":\"3\",\"kind\":\"assessment\",\"version\":1," LOW ",\"origin\":\"" FAKE_A
    "\",\"theirs\":true,\"origin_name\":\"Port of Tokyo\",\"title\":\"They are slow\"},"
    "{\"kind\":\"assessment\",\"id\":\"4\",\"title\":\"They are quick\",\"origin\":\"" FAKE_B
    "\",\"theirs\":true," LOW "}],\"refs\":{}," LOW "}";

const char fake_actor[] =
    "{\"id\":\"1\",\"kind\":\"actor\",\"version\":3,\"label\":{\"class\":\"UNCLASSIFIED\"}," LOW ","
    "\"name_en\":\"Harbour "
    "Office\",\"name_fr\":\"Capitainerie\",\"parent\":\"2\",\"primary\":false,"
    "\"notes\":\"first line\\nsecond line\",\"regions\":[\"north\",\"sea\"],"
    "\"parties\":[{\"party\":\"2\",\"role\":\"lead\"},{\"party\":\"9\"}],"
    "\"refs\":{\"2\":{\"kind\":\"actor\",\"title\":\"Port of Tokyo\",\"title_fr\":\"Port de "
    "Tokyo\"}}}";

const char fake_audits[] =
    "{\"items\":[{\"id\":\"1\",\"kind\":\"audit\",\"version\":1," HIGH
    ",\"created\":\"2026-01-02T03:04:05.678Z\",\"updated\":\"2026-01-02T03:04:05.678Z\","
    "\"operation\":\"actor.get\",\"reader\":\"9\",\"count\":1}]," HIGH "}";

const char fake_portfolio[] =
    "{\"as_of\":\"2026-01-01T00:00:00Z\",\"items\":["
    "{\"relationship\":\"7\",\"title\":\"Port of "
    "Tokyo\",\"trust\":{\"trust\":0.612345,\"forecast\":0.65,"
    "\"belief\":0.5,\"disbelief\":0.2,\"uncertainty\":0.3,\"prior\":0.6,\"evidence\":12},"
    "\"trend\":-0.031,\"spark\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8],\"overdue_commitments\":1},"
    "{\"relationship\":\"8\",\"title\":\"Customs\",\"trust\":{\"trust\":0.6,\"forecast\":0.6,"
    "\"belief\":0,\"disbelief\":0,\"uncertainty\":1,\"prior\":0.6,\"evidence\":0},"
    "\"trend\":0,\"spark\":[0.6,0.6,0.6,0.6,0.6,0.6,0.6,0.6],\"overdue_commitments\":0}]," HIGH "}";

const char fake_explain[] =
    "{\"truster\":\"1\",\"trustee\":\"2\",\"expectation\":0.612345,\"items\":["
    "{\"record\":\"5\",\"kind\":\"commitment\",\"title\":\"Send the "
    "charts\",\"contribution_ppm\":23100},"
    "{\"record\":\"6\",\"kind\":\"commitment\",\"title\":\"Pay the "
    "dues\",\"contribution_ppm\":-10755}],"
    "\"refs\":{\"1\":{\"title\":\"Harbour Office\"},\"2\":{\"title\":\"Port of Tokyo\"}}," HIGH "}";
