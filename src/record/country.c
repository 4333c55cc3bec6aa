/*
 * ISO 3166-1 alpha-2 and alpha-3 codes with names in both languages (UN M49 and UNTERM names).
 *
 * Invariant: sorted by alpha-3, so that a code is found by halving. Only codes that ISO assigned;
 * a user-assigned code is refused.
 */
#include "record/country.h"

#include "record/words.h"

/* clang-format off: one line per country reads as the list it is */
const struct country countries[] = {
    { "AW", "ABW", "Aruba", "Aruba" },
    { "AF", "AFG", "Afghanistan", "Afghanistan" },
    { "AO", "AGO", "Angola", "Angola" },
    { "AI", "AIA", "Anguilla", "Anguilla" },
    { "AX", "ALA", "Åland Islands", "Îles d'Åland" },
    { "AL", "ALB", "Albania", "Albanie" },
    { "AD", "AND", "Andorra", "Andorre" },
    { "AE", "ARE", "United Arab Emirates", "Émirats arabes unis" },
    { "AR", "ARG", "Argentina", "Argentine" },
    { "AM", "ARM", "Armenia", "Arménie" },
    { "AS", "ASM", "American Samoa", "Samoa américaines" },
    { "AQ", "ATA", "Antarctica", "Antarctique" },
    { "TF", "ATF", "French Southern Territories", "Terres australes françaises" },
    { "AG", "ATG", "Antigua and Barbuda", "Antigua-et-Barbuda" },
    { "AU", "AUS", "Australia", "Australie" },
    { "AT", "AUT", "Austria", "Autriche" },
    { "AZ", "AZE", "Azerbaijan", "Azerbaïdjan" },
    { "BI", "BDI", "Burundi", "Burundi" },
    { "BE", "BEL", "Belgium", "Belgique" },
    { "BJ", "BEN", "Benin", "Bénin" },
    { "BQ", "BES", "Bonaire, Sint Eustatius and Saba", "Bonaire, Saint-Eustache et Saba" },
    { "BF", "BFA", "Burkina Faso", "Burkina Faso" },
    { "BD", "BGD", "Bangladesh", "Bangladesh" },
    { "BG", "BGR", "Bulgaria", "Bulgarie" },
    { "BH", "BHR", "Bahrain", "Bahreïn" },
    { "BS", "BHS", "Bahamas", "Bahamas" },
    { "BA", "BIH", "Bosnia and Herzegovina", "Bosnie-Herzégovine" },
    { "BL", "BLM", "Saint Barthélemy", "Saint-Barthélemy" },
    { "BY", "BLR", "Belarus", "Bélarus" },
    { "BZ", "BLZ", "Belize", "Belize" },
    { "BM", "BMU", "Bermuda", "Bermudes" },
    { "BO", "BOL", "Bolivia (Plurinational State of)", "Bolivie (État plurinational de)" },
    { "BR", "BRA", "Brazil", "Brésil" },
    { "BB", "BRB", "Barbados", "Barbade" },
    { "BN", "BRN", "Brunei Darussalam", "Brunéi Darussalam" },
    { "BT", "BTN", "Bhutan", "Bhoutan" },
    { "BV", "BVT", "Bouvet Island", "Île Bouvet" },
    { "BW", "BWA", "Botswana", "Botswana" },
    { "CF", "CAF", "Central African Republic", "République centrafricaine" },
    { "CA", "CAN", "Canada", "Canada" },
    { "CC", "CCK", "Cocos (Keeling) Islands", "Îles des Cocos (Keeling)" },
    { "CH", "CHE", "Switzerland", "Suisse" },
    { "CL", "CHL", "Chile", "Chili" },
    { "CN", "CHN", "China", "Chine" },
    { "CI", "CIV", "Côte d'Ivoire", "Côte d'Ivoire" },
    { "CM", "CMR", "Cameroon", "Cameroun" },
    { "CD", "COD", "Democratic Republic of the Congo", "République démocratique du Congo" },
    { "CG", "COG", "Congo", "Congo" },
    { "CK", "COK", "Cook Islands", "Îles Cook" },
    { "CO", "COL", "Colombia", "Colombie" },
    { "KM", "COM", "Comoros", "Comores" },
    { "CV", "CPV", "Cabo Verde", "Cabo Verde" },
    { "CR", "CRI", "Costa Rica", "Costa Rica" },
    { "CU", "CUB", "Cuba", "Cuba" },
    { "CW", "CUW", "Curaçao", "Curaçao" },
    { "CX", "CXR", "Christmas Island", "Île Christmas" },
    { "KY", "CYM", "Cayman Islands", "Îles Caïmanes" },
    { "CY", "CYP", "Cyprus", "Chypre" },
    { "CZ", "CZE", "Czechia", "Tchéquie" },
    { "DE", "DEU", "Germany", "Allemagne" },
    { "DJ", "DJI", "Djibouti", "Djibouti" },
    { "DM", "DMA", "Dominica", "Dominique" },
    { "DK", "DNK", "Denmark", "Danemark" },
    { "DO", "DOM", "Dominican Republic", "République dominicaine" },
    { "DZ", "DZA", "Algeria", "Algérie" },
    { "EC", "ECU", "Ecuador", "Équateur" },
    { "EG", "EGY", "Egypt", "Égypte" },
    { "ER", "ERI", "Eritrea", "Érythrée" },
    { "EH", "ESH", "Western Sahara", "Sahara occidental" },
    { "ES", "ESP", "Spain", "Espagne" },
    { "EE", "EST", "Estonia", "Estonie" },
    { "ET", "ETH", "Ethiopia", "Éthiopie" },
    { "FI", "FIN", "Finland", "Finlande" },
    { "FJ", "FJI", "Fiji", "Fidji" },
    { "FK", "FLK", "Falkland Islands", "Îles Falkland (Malvinas)" },
    { "FR", "FRA", "France", "France" },
    { "FO", "FRO", "Faroe Islands", "Îles Féroé" },
    { "FM", "FSM", "Micronesia (Federated States of)", "Micronésie (États fédérés de)" },
    { "GA", "GAB", "Gabon", "Gabon" },
    { "GB", "GBR", "United Kingdom of Great Britain and Northern Ireland",
      "Royaume-Uni de Grande-Bretagne et d'Irlande du Nord" },
    { "GE", "GEO", "Georgia", "Géorgie" },
    { "GG", "GGY", "Guernsey", "Guernesey" },
    { "GH", "GHA", "Ghana", "Ghana" },
    { "GI", "GIB", "Gibraltar", "Gibraltar" },
    { "GN", "GIN", "Guinea", "Guinée" },
    { "GP", "GLP", "Guadeloupe", "Guadeloupe" },
    { "GM", "GMB", "Gambia", "Gambie" },
    { "GW", "GNB", "Guinea-Bissau", "Guinée-Bissau" },
    { "GQ", "GNQ", "Equatorial Guinea", "Guinée équatoriale" },
    { "GR", "GRC", "Greece", "Grèce" },
    { "GD", "GRD", "Grenada", "Grenade" },
    { "GL", "GRL", "Greenland", "Groenland" },
    { "GT", "GTM", "Guatemala", "Guatemala" },
    { "GF", "GUF", "French Guiana", "Guyane française" },
    { "GU", "GUM", "Guam", "Guam" },
    { "GY", "GUY", "Guyana", "Guyana" },
    { "HK", "HKG", "China, Hong Kong Special Administrative Region",
      "Chine, région administrative spéciale de Hong Kong" },
    { "HM", "HMD", "Heard Island and McDonald Islands", "Île Heard-et-Îles MacDonald" },
    { "HN", "HND", "Honduras", "Honduras" },
    { "HR", "HRV", "Croatia", "Croatie" },
    { "HT", "HTI", "Haiti", "Haïti" },
    { "HU", "HUN", "Hungary", "Hongrie" },
    { "ID", "IDN", "Indonesia", "Indonésie" },
    { "IM", "IMN", "Isle of Man", "Île de Man" },
    { "IN", "IND", "India", "Inde" },
    { "IO", "IOT", "British Indian Ocean Territory", "Territoire britannique de l'océan Indien" },
    { "IE", "IRL", "Ireland", "Irlande" },
    { "IR", "IRN", "Iran (Islamic Republic of)", "Iran (République islamique d')" },
    { "IQ", "IRQ", "Iraq", "Iraq" },
    { "IS", "ISL", "Iceland", "Islande" },
    { "IL", "ISR", "Israel", "Israël" },
    { "IT", "ITA", "Italy", "Italie" },
    { "JM", "JAM", "Jamaica", "Jamaïque" },
    { "JE", "JEY", "Jersey", "Jersey" },
    { "JO", "JOR", "Jordan", "Jordanie" },
    { "JP", "JPN", "Japan", "Japon" },
    { "KZ", "KAZ", "Kazakhstan", "Kazakhstan" },
    { "KE", "KEN", "Kenya", "Kenya" },
    { "KG", "KGZ", "Kyrgyzstan", "Kirghizistan" },
    { "KH", "KHM", "Cambodia", "Cambodge" },
    { "KI", "KIR", "Kiribati", "Kiribati" },
    { "KN", "KNA", "Saint Kitts and Nevis", "Saint-Kitts-et-Nevis" },
    { "KR", "KOR", "Republic of Korea", "République de Corée" },
    { "KW", "KWT", "Kuwait", "Koweït" },
    { "LA", "LAO", "Lao People's Democratic Republic", "République démocratique populaire lao" },
    { "LB", "LBN", "Lebanon", "Liban" },
    { "LR", "LBR", "Liberia", "Libéria" },
    { "LY", "LBY", "Libya", "Libye" },
    { "LC", "LCA", "Saint Lucia", "Sainte-Lucie" },
    { "LI", "LIE", "Liechtenstein", "Liechtenstein" },
    { "LK", "LKA", "Sri Lanka", "Sri Lanka" },
    { "LS", "LSO", "Lesotho", "Lesotho" },
    { "LT", "LTU", "Lithuania", "Lituanie" },
    { "LU", "LUX", "Luxembourg", "Luxembourg" },
    { "LV", "LVA", "Latvia", "Lettonie" },
    { "MO", "MAC", "China, Macao Special Administrative Region",
      "Chine, région administrative spéciale de Macao" },
    { "MF", "MAF", "Saint Martin (French Part)", "Saint-Martin (partie française)" },
    { "MA", "MAR", "Morocco", "Maroc" },
    { "MC", "MCO", "Monaco", "Monaco" },
    { "MD", "MDA", "Republic of Moldova", "République de Moldova" },
    { "MG", "MDG", "Madagascar", "Madagascar" },
    { "MV", "MDV", "Maldives", "Maldives" },
    { "MX", "MEX", "Mexico", "Mexique" },
    { "MH", "MHL", "Marshall Islands", "Îles Marshall" },
    { "MK", "MKD", "North Macedonia", "Macédoine du Nord" },
    { "ML", "MLI", "Mali", "Mali" },
    { "MT", "MLT", "Malta", "Malte" },
    { "MM", "MMR", "Myanmar", "Myanmar" },
    { "ME", "MNE", "Montenegro", "Monténégro" },
    { "MN", "MNG", "Mongolia", "Mongolie" },
    { "MP", "MNP", "Northern Mariana Islands", "Îles Mariannes du Nord" },
    { "MZ", "MOZ", "Mozambique", "Mozambique" },
    { "MR", "MRT", "Mauritania", "Mauritanie" },
    { "MS", "MSR", "Montserrat", "Montserrat" },
    { "MQ", "MTQ", "Martinique", "Martinique" },
    { "MU", "MUS", "Mauritius", "Maurice" },
    { "MW", "MWI", "Malawi", "Malawi" },
    { "MY", "MYS", "Malaysia", "Malaisie" },
    { "YT", "MYT", "Mayotte", "Mayotte" },
    { "NA", "NAM", "Namibia", "Namibie" },
    { "NC", "NCL", "New Caledonia", "Nouvelle-Calédonie" },
    { "NE", "NER", "Niger", "Niger" },
    { "NF", "NFK", "Norfolk Island", "Île Norfolk" },
    { "NG", "NGA", "Nigeria", "Nigéria" },
    { "NI", "NIC", "Nicaragua", "Nicaragua" },
    { "NU", "NIU", "Niue", "Nioué" },
    { "NL", "NLD", "Netherlands", "Pays-Bas" },
    { "NO", "NOR", "Norway", "Norvège" },
    { "NP", "NPL", "Nepal", "Népal" },
    { "NR", "NRU", "Nauru", "Nauru" },
    { "NZ", "NZL", "New Zealand", "Nouvelle-Zélande" },
    { "OM", "OMN", "Oman", "Oman" },
    { "PK", "PAK", "Pakistan", "Pakistan" },
    { "PA", "PAN", "Panama", "Panama" },
    { "PN", "PCN", "Pitcairn", "Pitcairn" },
    { "PE", "PER", "Peru", "Pérou" },
    { "PH", "PHL", "Philippines", "Philippines" },
    { "PW", "PLW", "Palau", "Palaos" },
    { "PG", "PNG", "Papua New Guinea", "Papouasie-Nouvelle-Guinée" },
    { "PL", "POL", "Poland", "Pologne" },
    { "PR", "PRI", "Puerto Rico", "Porto Rico" },
    { "KP", "PRK", "Democratic People's Republic of Korea",
      "République populaire démocratique de Corée" },
    { "PT", "PRT", "Portugal", "Portugal" },
    { "PY", "PRY", "Paraguay", "Paraguay" },
    { "PS", "PSE", "State of Palestine", "État de Palestine" },
    { "PF", "PYF", "French Polynesia", "Polynésie française" },
    { "QA", "QAT", "Qatar", "Qatar" },
    { "RE", "REU", "Réunion", "Réunion" },
    { "RO", "ROU", "Romania", "Roumanie" },
    { "RU", "RUS", "Russian Federation", "Fédération de Russie" },
    { "RW", "RWA", "Rwanda", "Rwanda" },
    { "SA", "SAU", "Saudi Arabia", "Arabie saoudite" },
    { "SD", "SDN", "Sudan", "Soudan" },
    { "SN", "SEN", "Senegal", "Sénégal" },
    { "SG", "SGP", "Singapore", "Singapour" },
    { "GS", "SGS", "South Georgia and the South Sandwich Islands",
      "Géorgie du Sud-et-les Îles Sandwich du Sud" },
    { "SH", "SHN", "Saint Helena", "Sainte-Hélène" },
    { "SJ", "SJM", "Svalbard and Jan Mayen Islands", "Îles Svalbard-et-Jan Mayen" },
    { "SB", "SLB", "Solomon Islands", "Îles Salomon" },
    { "SL", "SLE", "Sierra Leone", "Sierra Leone" },
    { "SV", "SLV", "El Salvador", "El Salvador" },
    { "SM", "SMR", "San Marino", "Saint-Marin" },
    { "SO", "SOM", "Somalia", "Somalie" },
    { "PM", "SPM", "Saint Pierre and Miquelon", "Saint-Pierre-et-Miquelon" },
    { "RS", "SRB", "Serbia", "Serbie" },
    { "SS", "SSD", "South Sudan", "Soudan du Sud" },
    { "ST", "STP", "Sao Tome and Principe", "Sao Tomé-et-Principe" },
    { "SR", "SUR", "Suriname", "Suriname" },
    { "SK", "SVK", "Slovakia", "Slovaquie" },
    { "SI", "SVN", "Slovenia", "Slovénie" },
    { "SE", "SWE", "Sweden", "Suède" },
    { "SZ", "SWZ", "Eswatini", "Eswatini" },
    { "SX", "SXM", "Sint Maarten (Dutch part)", "Saint-Martin (partie néerlandaise)" },
    { "SC", "SYC", "Seychelles", "Seychelles" },
    { "SY", "SYR", "Syrian Arab Republic", "République arabe syrienne" },
    { "TC", "TCA", "Turks and Caicos Islands", "Îles Turques-et-Caïques" },
    { "TD", "TCD", "Chad", "Tchad" },
    { "TG", "TGO", "Togo", "Togo" },
    { "TH", "THA", "Thailand", "Thaïlande" },
    { "TJ", "TJK", "Tajikistan", "Tadjikistan" },
    { "TK", "TKL", "Tokelau", "Tokélaou" },
    { "TM", "TKM", "Turkmenistan", "Turkménistan" },
    { "TL", "TLS", "Timor-Leste", "Timor-Leste" },
    { "TO", "TON", "Tonga", "Tonga" },
    { "TT", "TTO", "Trinidad and Tobago", "Trinité-et-Tobago" },
    { "TN", "TUN", "Tunisia", "Tunisie" },
    { "TR", "TUR", "Türkiye", "Türkiye" },
    { "TV", "TUV", "Tuvalu", "Tuvalu" },
    { "TW", "TWN", "Taiwan", "Taïwan" },
    { "TZ", "TZA", "United Republic of Tanzania", "République-Unie de Tanzanie" },
    { "UG", "UGA", "Uganda", "Ouganda" },
    { "UA", "UKR", "Ukraine", "Ukraine" },
    { "UM", "UMI", "United States Minor Outlying Islands",
      "Îles mineures éloignées des États-Unis" },
    { "UY", "URY", "Uruguay", "Uruguay" },
    { "US", "USA", "United States of America", "États-Unis d'Amérique" },
    { "UZ", "UZB", "Uzbekistan", "Ouzbékistan" },
    { "VA", "VAT", "Holy See", "Saint-Siège" },
    { "VC", "VCT", "Saint Vincent and the Grenadines", "Saint-Vincent-et-les Grenadines" },
    { "VE", "VEN", "Venezuela (Bolivarian Republic of)", "Venezuela (République bolivarienne du)" },
    { "VG", "VGB", "British Virgin Islands", "Îles Vierges britanniques" },
    { "VI", "VIR", "United States Virgin Islands", "Îles Vierges américaines" },
    { "VN", "VNM", "Viet Nam", "Viet Nam" },
    { "VU", "VUT", "Vanuatu", "Vanuatu" },
    { "WF", "WLF", "Wallis and Futuna Islands", "Îles Wallis-et-Futuna" },
    { "WS", "WSM", "Samoa", "Samoa" },
    { "YE", "YEM", "Yemen", "Yémen" },
    { "ZA", "ZAF", "South Africa", "Afrique du Sud" },
    { "ZM", "ZMB", "Zambia", "Zambie" },
    { "ZW", "ZWE", "Zimbabwe", "Zimbabwe" },
    { "", "", NULL, NULL },
};
/* clang-format on */

enum { COUNTRY_COUNT = sizeof countries / sizeof countries[0] - 1 };

static void upper(struct slice s, char ret[4])
{
    for (size_t i = 0; i < s.len && i < 3; i++)
        ret[i] = (char)(s.ptr[i] >= 'a' && s.ptr[i] <= 'z' ? s.ptr[i] - 32 : s.ptr[i]);
    ret[s.len < 3 ? s.len : 3] = 0;
}

static const struct country *find_alpha3(const char code[4])
{
    size_t low = 0, high = COUNTRY_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(countries[middle].alpha3, code, 3);
        if (order == 0)
            return &countries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct country *country_find(struct slice code)
{
    char wanted[4];
    if (code.len != 2 && code.len != 3)
        return NULL;
    upper(code, wanted);
    if (code.len == 3)
        return find_alpha3(wanted);
    for (const struct country *c = countries; c->en; c++) {
        if (memcmp(c->alpha2, wanted, 2) == 0)
            return c;
    }
    return NULL;
}

const struct country *country_find_words(struct slice words)
{
    const struct country *found = country_find(words);
    for (const struct country *c = countries; !found && c->en; c++) {
        if (words_same(words, slice_of(c->en)) || words_same(words, slice_of(c->fr)))
            found = c;
    }
    return found;
}
