/*
 * The areas of UN M49 and what each lies in; the M49 numbers of countries and the smallest area
 * that M49 puts each country in.
 *
 * Invariant: both tables are sorted by their first column, the countries are those of country.c,
 * and every way up ends at the World. The tests walk them. Antarctica lies in no area but the
 * World.
 */
#include "record/region.h"

#include "record/country.h"
#include "record/words.h"

#include <stdio.h>

struct area {
    char code[4];
    char parent[4];
    const char *en;
    const char *fr;
};

struct place {
    char alpha3[4];
    char number[4];
    char parent[4];
};

/* clang-format off: one area per line, and countries as dense as they are plain */
static const struct area areas[] = {
    { "001", "", "World", "Monde" },
    { "002", "001", "Africa", "Afrique" },
    { "005", "419", "South America", "Amérique du Sud" },
    { "009", "001", "Oceania", "Océanie" },
    { "011", "202", "Western Africa", "Afrique occidentale" },
    { "013", "419", "Central America", "Amérique centrale" },
    { "014", "202", "Eastern Africa", "Afrique orientale" },
    { "015", "002", "Northern Africa", "Afrique septentrionale" },
    { "017", "202", "Middle Africa", "Afrique centrale" },
    { "018", "202", "Southern Africa", "Afrique australe" },
    { "019", "001", "Americas", "Amériques" },
    { "021", "019", "Northern America", "Amérique septentrionale" },
    { "029", "419", "Caribbean", "Caraïbes" },
    { "030", "142", "Eastern Asia", "Asie de l'Est" },
    { "034", "142", "Southern Asia", "Asie méridionale" },
    { "035", "142", "South-eastern Asia", "Asie du Sud-Est" },
    { "039", "150", "Southern Europe", "Europe méridionale" },
    { "053", "009", "Australia and New Zealand", "Australie et Nouvelle-Zélande" },
    { "054", "009", "Melanesia", "Mélanésie" },
    { "057", "009", "Micronesia", "Micronésie" },
    { "061", "009", "Polynesia", "Polynésie" },
    { "142", "001", "Asia", "Asie" },
    { "143", "142", "Central Asia", "Asie centrale" },
    { "145", "142", "Western Asia", "Asie occidentale" },
    { "150", "001", "Europe", "Europe" },
    { "151", "150", "Eastern Europe", "Europe orientale" },
    { "154", "150", "Northern Europe", "Europe septentrionale" },
    { "155", "150", "Western Europe", "Europe occidentale" },
    { "202", "002", "Sub-Saharan Africa", "Afrique subsaharienne" },
    { "419", "019", "Latin America and the Caribbean", "Amérique latine et Caraïbes" },
};

static const struct place places[] = {
    { "ABW", "533", "029" }, { "AFG", "004", "034" }, { "AGO", "024", "017" },
    { "AIA", "660", "029" }, { "ALA", "248", "154" }, { "ALB", "008", "039" },
    { "AND", "020", "039" }, { "ARE", "784", "145" }, { "ARG", "032", "005" },
    { "ARM", "051", "145" }, { "ASM", "016", "061" }, { "ATA", "010", "001" },
    { "ATF", "260", "014" }, { "ATG", "028", "029" }, { "AUS", "036", "053" },
    { "AUT", "040", "155" }, { "AZE", "031", "145" }, { "BDI", "108", "014" },
    { "BEL", "056", "155" }, { "BEN", "204", "011" }, { "BES", "535", "029" },
    { "BFA", "854", "011" }, { "BGD", "050", "034" }, { "BGR", "100", "151" },
    { "BHR", "048", "145" }, { "BHS", "044", "029" }, { "BIH", "070", "039" },
    { "BLM", "652", "029" }, { "BLR", "112", "151" }, { "BLZ", "084", "013" },
    { "BMU", "060", "021" }, { "BOL", "068", "005" }, { "BRA", "076", "005" },
    { "BRB", "052", "029" }, { "BRN", "096", "035" }, { "BTN", "064", "034" },
    { "BVT", "074", "005" }, { "BWA", "072", "018" }, { "CAF", "140", "017" },
    { "CAN", "124", "021" }, { "CCK", "166", "053" }, { "CHE", "756", "155" },
    { "CHL", "152", "005" }, { "CHN", "156", "030" }, { "CIV", "384", "011" },
    { "CMR", "120", "017" }, { "COD", "180", "017" }, { "COG", "178", "017" },
    { "COK", "184", "061" }, { "COL", "170", "005" }, { "COM", "174", "014" },
    { "CPV", "132", "011" }, { "CRI", "188", "013" }, { "CUB", "192", "029" },
    { "CUW", "531", "029" }, { "CXR", "162", "053" }, { "CYM", "136", "029" },
    { "CYP", "196", "145" }, { "CZE", "203", "151" }, { "DEU", "276", "155" },
    { "DJI", "262", "014" }, { "DMA", "212", "029" }, { "DNK", "208", "154" },
    { "DOM", "214", "029" }, { "DZA", "012", "015" }, { "ECU", "218", "005" },
    { "EGY", "818", "015" }, { "ERI", "232", "014" }, { "ESH", "732", "015" },
    { "ESP", "724", "039" }, { "EST", "233", "154" }, { "ETH", "231", "014" },
    { "FIN", "246", "154" }, { "FJI", "242", "054" }, { "FLK", "238", "005" },
    { "FRA", "250", "155" }, { "FRO", "234", "154" }, { "FSM", "583", "057" },
    { "GAB", "266", "017" }, { "GBR", "826", "154" }, { "GEO", "268", "145" },
    { "GGY", "831", "154" }, { "GHA", "288", "011" }, { "GIB", "292", "039" },
    { "GIN", "324", "011" }, { "GLP", "312", "029" }, { "GMB", "270", "011" },
    { "GNB", "624", "011" }, { "GNQ", "226", "017" }, { "GRC", "300", "039" },
    { "GRD", "308", "029" }, { "GRL", "304", "021" }, { "GTM", "320", "013" },
    { "GUF", "254", "005" }, { "GUM", "316", "057" }, { "GUY", "328", "005" },
    { "HKG", "344", "030" }, { "HMD", "334", "053" }, { "HND", "340", "013" },
    { "HRV", "191", "039" }, { "HTI", "332", "029" }, { "HUN", "348", "151" },
    { "IDN", "360", "035" }, { "IMN", "833", "154" }, { "IND", "356", "034" },
    { "IOT", "086", "014" }, { "IRL", "372", "154" }, { "IRN", "364", "034" },
    { "IRQ", "368", "145" }, { "ISL", "352", "154" }, { "ISR", "376", "145" },
    { "ITA", "380", "039" }, { "JAM", "388", "029" }, { "JEY", "832", "154" },
    { "JOR", "400", "145" }, { "JPN", "392", "030" }, { "KAZ", "398", "143" },
    { "KEN", "404", "014" }, { "KGZ", "417", "143" }, { "KHM", "116", "035" },
    { "KIR", "296", "057" }, { "KNA", "659", "029" }, { "KOR", "410", "030" },
    { "KWT", "414", "145" }, { "LAO", "418", "035" }, { "LBN", "422", "145" },
    { "LBR", "430", "011" }, { "LBY", "434", "015" }, { "LCA", "662", "029" },
    { "LIE", "438", "155" }, { "LKA", "144", "034" }, { "LSO", "426", "018" },
    { "LTU", "440", "154" }, { "LUX", "442", "155" }, { "LVA", "428", "154" },
    { "MAC", "446", "030" }, { "MAF", "663", "029" }, { "MAR", "504", "015" },
    { "MCO", "492", "155" }, { "MDA", "498", "151" }, { "MDG", "450", "014" },
    { "MDV", "462", "034" }, { "MEX", "484", "013" }, { "MHL", "584", "057" },
    { "MKD", "807", "039" }, { "MLI", "466", "011" }, { "MLT", "470", "039" },
    { "MMR", "104", "035" }, { "MNE", "499", "039" }, { "MNG", "496", "030" },
    { "MNP", "580", "057" }, { "MOZ", "508", "014" }, { "MRT", "478", "011" },
    { "MSR", "500", "029" }, { "MTQ", "474", "029" }, { "MUS", "480", "014" },
    { "MWI", "454", "014" }, { "MYS", "458", "035" }, { "MYT", "175", "014" },
    { "NAM", "516", "018" }, { "NCL", "540", "054" }, { "NER", "562", "011" },
    { "NFK", "574", "053" }, { "NGA", "566", "011" }, { "NIC", "558", "013" },
    { "NIU", "570", "061" }, { "NLD", "528", "155" }, { "NOR", "578", "154" },
    { "NPL", "524", "034" }, { "NRU", "520", "057" }, { "NZL", "554", "053" },
    { "OMN", "512", "145" }, { "PAK", "586", "034" }, { "PAN", "591", "013" },
    { "PCN", "612", "061" }, { "PER", "604", "005" }, { "PHL", "608", "035" },
    { "PLW", "585", "057" }, { "PNG", "598", "054" }, { "POL", "616", "151" },
    { "PRI", "630", "029" }, { "PRK", "408", "030" }, { "PRT", "620", "039" },
    { "PRY", "600", "005" }, { "PSE", "275", "145" }, { "PYF", "258", "061" },
    { "QAT", "634", "145" }, { "REU", "638", "014" }, { "ROU", "642", "151" },
    { "RUS", "643", "151" }, { "RWA", "646", "014" }, { "SAU", "682", "145" },
    { "SDN", "729", "015" }, { "SEN", "686", "011" }, { "SGP", "702", "035" },
    { "SGS", "239", "005" }, { "SHN", "654", "011" }, { "SJM", "744", "154" },
    { "SLB", "090", "054" }, { "SLE", "694", "011" }, { "SLV", "222", "013" },
    { "SMR", "674", "039" }, { "SOM", "706", "014" }, { "SPM", "666", "021" },
    { "SRB", "688", "039" }, { "SSD", "728", "014" }, { "STP", "678", "017" },
    { "SUR", "740", "005" }, { "SVK", "703", "151" }, { "SVN", "705", "039" },
    { "SWE", "752", "154" }, { "SWZ", "748", "018" }, { "SXM", "534", "029" },
    { "SYC", "690", "014" }, { "SYR", "760", "145" }, { "TCA", "796", "029" },
    { "TCD", "148", "017" }, { "TGO", "768", "011" }, { "THA", "764", "035" },
    { "TJK", "762", "143" }, { "TKL", "772", "061" }, { "TKM", "795", "143" },
    { "TLS", "626", "035" }, { "TON", "776", "061" }, { "TTO", "780", "029" },
    { "TUN", "788", "015" }, { "TUR", "792", "145" }, { "TUV", "798", "061" },
    { "TWN", "158", "030" }, { "TZA", "834", "014" }, { "UGA", "800", "014" },
    { "UKR", "804", "151" }, { "UMI", "581", "057" }, { "URY", "858", "005" },
    { "USA", "840", "021" }, { "UZB", "860", "143" }, { "VAT", "336", "039" },
    { "VCT", "670", "029" }, { "VEN", "862", "005" }, { "VGB", "092", "029" },
    { "VIR", "850", "029" }, { "VNM", "704", "035" }, { "VUT", "548", "054" },
    { "WLF", "876", "061" }, { "WSM", "882", "061" }, { "YEM", "887", "145" },
    { "ZAF", "710", "018" }, { "ZMB", "894", "014" }, { "ZWE", "716", "014" },
};
/* clang-format on */

enum {
    AREA_COUNT = sizeof areas / sizeof areas[0],
    PLACE_COUNT = sizeof places / sizeof places[0],
};

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static const struct area *find_area(struct slice code)
{
    for (size_t i = 0; i < AREA_COUNT; i++) {
        if (slice_is(code, areas[i].code))
            return &areas[i];
    }
    return NULL;
}

static const struct place *find_place(struct slice alpha3)
{
    size_t low = 0, high = PLACE_COUNT;
    while (low < high && alpha3.len == 3) {
        size_t middle = (low + high) / 2;
        int order = memcmp(places[middle].alpha3, alpha3.ptr, 3);
        if (order == 0)
            return &places[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void put(struct region *ret, const char *code)
{
    snprintf(ret->code, sizeof ret->code, "%s", code);
}

/* One to three digits: an area, or the number of a country. */
static bool read_number(struct slice text, struct region *ret)
{
    char code[4] = "000";
    if (text.len == 0 || text.len > 3)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!char_is_digit(text.ptr[i]))
            return false;
        code[3 - text.len + i] = text.ptr[i];
    }
    const char *found = find_area(slice_of(code)) ? code : NULL;
    for (size_t i = 0; !found && i < PLACE_COUNT; i++) {
        if (memcmp(places[i].number, code, 3) == 0)
            found = places[i].alpha3;
    }
    if (found)
        put(ret, found);
    return found;
}

/* A country, "-" and one to three letters or digits. */
static bool read_subdivision(struct slice text, struct region *ret)
{
    struct slice rest = text;
    const struct country *country = country_find(slice_cut(&rest, '-'));
    if (!country || rest.len == 0 || rest.len > 3)
        return false;
    char tail[4] = { 0 };
    for (size_t i = 0; i < rest.len; i++) {
        tail[i] = upper(rest.ptr[i]);
        if (!char_is_digit(tail[i]) && !is_letter(tail[i]))
            return false;
    }
    snprintf(ret->code, sizeof ret->code, "%.2s-%s", country->alpha2, tail);
    return true;
}

static bool has_prefix(struct slice text, const char *prefix)
{
    return text.len > 4 && slice_eq_fold(slice_make(text.ptr, 4), slice_of(prefix));
}

bool region_read(struct slice text, struct region *ret)
{
    if (has_prefix(text, "m49-"))
        return read_number(slice_make(text.ptr + 4, text.len - 4), ret);
    if (has_prefix(text, "iso-"))
        text = slice_make(text.ptr + 4, text.len - 4);
    else if (read_number(text, ret))
        return true;
    const struct country *country = country_find(text);
    if (!country)
        return read_subdivision(text, ret);
    put(ret, country->alpha3);
    return true;
}

bool region_read_words(struct slice words, struct region *ret)
{
    if (region_read(words, ret))
        return true;
    for (size_t i = 0; i < AREA_COUNT; i++) {
        if (words_same(words, slice_of(areas[i].en)) || words_same(words, slice_of(areas[i].fr))) {
            put(ret, areas[i].code);
            return true;
        }
    }
    const struct country *country = country_find_words(words);
    if (country)
        put(ret, country->alpha3);
    return country;
}

bool region_known(struct slice text)
{
    struct region region;
    return region_read(text, &region);
}

/* Of a code as records hold it: a constant. */
static struct slice parent_of(const char *code)
{
    struct slice text = slice_of(code);
    if (text.len > 3)
        return slice_of(country_find(slice_make(code, 2))->alpha3);
    const struct area *area = find_area(text);
    return slice_of(area ? area->parent : find_place(text)->parent);
}

struct slice region_parent(struct slice text)
{
    struct region region;
    return region_read(text, &region) ? parent_of(region.code) : (struct slice){ 0 };
}

bool region_within(struct slice inner, struct slice outer)
{
    struct region at, wanted;
    if (!region_read(inner, &at) || !region_read(outer, &wanted))
        return false;
    const char *code = at.code;
    while (*code && strcmp(code, wanted.code) != 0)
        code = parent_of(code).ptr;
    return *code;
}

const char *region_name(struct slice text, bool french)
{
    struct region region;
    if (!region_read(text, &region))
        return NULL;
    struct slice code = slice_of(region.code);
    const struct area *area = find_area(code);
    if (area)
        return french ? area->fr : area->en;
    const struct country *country = country_find(slice_make(code.ptr, code.len > 3 ? 2 : 3));
    return french ? country->fr : country->en;
}
