/* Texts that the program carries: made from files at build time (tools/text_to_c.py). */
#pragma once

extern const char embedded_policy[];      /* policy/entente.spif.xml */
extern const char embedded_policy_nato[]; /* policy/nato.spif.xml, and so on */
extern const char embedded_policy_can[];
extern const char embedded_policy_tlp[];
extern const char embedded_weights[]; /* policy/trust.json */
extern const char embedded_nurture[]; /* policy/nurture.json */
extern const char embedded_schemas[]; /* src/ops/schemas.json: answers of the operations */
