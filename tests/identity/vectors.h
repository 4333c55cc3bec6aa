/*
 * Tokens and keys made once by the npm package jose 5: what our reading is judged by. The private
 * keys were thrown away. Issuer https://idp.example, audience entente, nonce the-nonce, issued at
 * 1780000000, for 300 s, beside the access token an-access-token.
 */
#pragma once

static const char vector_keys[] =
    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"p3yNyNj6aXXXw1d_w8Qwdmh85ay3DI2KaOkNammOTuuDN67caeLdeoqi0"
    "y_Zelhuhx1249-v1pfsWXratUOuNDV9TX-FVOTKuEZhcwJfmafvmEjP4oqbMAzKLyqA1P0U7eU8XaY75fWo5"
    "matUMiTYfQLKr1aNATZ-Fct7RV0HHNGJx-niUn8KnMjM6ze28Bv6Id1C5YOIhDqD7EhkO8fby9om6YkFGvkD"
    "zFfqne2_9MOQAtC5IAMjshfhKHhZP4bCns8W7aKX9AydElcv1UVpz9cL_reNbPSZ7KDdUB_VEjoPTSehFNc9"
    "gyuN0YUmx3iJTzGxl5y05yrauDv46xo2w\",\"e\":\"AQAB\",\"kid\":\"rsa\",\"use\":\"sig\"},{\"kty\":"
    "\"EC\",\""
    "x\":\"JQ1pKM4RVrGBF3CO3cuGZdSs4jAtOPPKW762lsGOKM4\",\"y\":\"-n8veFA-ND8-9mgvWE5a2dXzvF1Z21"
    "jihp8Ze_VAh_Y\",\"crv\":\"P-256\",\"kid\":\"p256\",\"use\":\"sig\"},{\"crv\":\"Ed25519\","
    "\"x\":\"69s1SJ5"
    "G9LgdGnBH6tAB8vr_xK6O_mgAY6WWKAlw7E0\",\"kty\":\"OKP\",\"kid\":\"ed\",\"use\":\"sig\"}]}";

static const char vector_rs256[] =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkIjo"
    "iZW50ZW50ZSIsInN1YiI6InN1YmplY3QiLCJub25jZSI6InRoZS1ub25jZSIsImlhdCI6MTc4MDAwMDAwMCw"
    "iZXhwIjoxNzgwMDAwMzAwLCJuYW1lIjoiU29tZSBPbmUiLCJhdF9oYXNoIjoiWWlIUEQyVDlEYVg1QjgzN1h"
    "KWHRvdyJ9.hyEeRssrDYyvpvA9g-z7PCAGvtd4rqO5_lckHUc5vRNAsr6Dil2WNh7wqsSMcZV5i2uP3SoUtP"
    "ZMM7XwuEz44VrTZMm3baeYCN1uACHBVIGyCRzfLKzsbDNC_wWH6bP3tZ9beSyJRyAQqWT52c3-LsTyWlUYTM"
    "pFwDte7HEp7YlUBc__3T7GTnulMqI9C-ykIdfCSrI3qosL89YbC6L8eZqwVT1vTWUm89uxjVVURmzyp-39Hn"
    "uWi1OYjy8frylTWbdn7SIpUXDHkKQCxd6p5cHgKz7VchHhVCKAolV3AyCysUjLpBiaZrp6d1Z7nqk9Z_ZSY7"
    "ktj2xn8AMcDGt_5w";

static const char vector_ps256[] =
    "eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkIjo"
    "iZW50ZW50ZSIsInN1YiI6InN1YmplY3QiLCJub25jZSI6InRoZS1ub25jZSIsImlhdCI6MTc4MDAwMDAwMCw"
    "iZXhwIjoxNzgwMDAwMzAwLCJuYW1lIjoiU29tZSBPbmUiLCJhdF9oYXNoIjoiWWlIUEQyVDlEYVg1QjgzN1h"
    "KWHRvdyJ9.bT-ioNaS-RGto4fxzMYDYme3D0uN1yRNJR6l2yrn3jULUCCbBRrdqR1DcvETcAzmn_vsslamqg"
    "kje0lPKq8k7BqzpZ9YZTr1MwlordjDGG_ge7UKT3CFts6Aj11hnlyumWeD3IkOdMH1jFj8jXUOZYCIB6pIPj"
    "fa67bfokqmMqZImhAdCtsc4UDJ6GHOVsBaGAJ9aImTUaMTCfQZhnh2U-sfXRwkr-B2LwprUm89EvtKtEGBbY"
    "czMx26CRR6DNchKpFg1OvDW0ijXkZ9rDbY7If8v9egFi04WlBVaReI2ile4UYlTQj175hsXdCi99avdN_Enc"
    "jVZKtyso5W_5m6xQ";

static const char vector_es256[] =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6InAyNTYifQ.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkI"
    "joiZW50ZW50ZSIsInN1YiI6InN1YmplY3QiLCJub25jZSI6InRoZS1ub25jZSIsImlhdCI6MTc4MDAwMDAwM"
    "CwiZXhwIjoxNzgwMDAwMzAwLCJuYW1lIjoiU29tZSBPbmUiLCJhdF9oYXNoIjoiWWlIUEQyVDlEYVg1QjgzN"
    "1hKWHRvdyJ9.hfcdiu2yEPrsIIWLj2J6jt0xDYdwZwFYPDtUUHo3Nq9q7C4ilH803J5iw04UvyJdlKX2vBSP"
    "BI-C7Nd_X96R4w";

static const char vector_eddsa[] =
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIiwiYXVkIjoi"
    "ZW50ZW50ZSIsInN1YiI6InN1YmplY3QiLCJub25jZSI6InRoZS1ub25jZSIsImlhdCI6MTc4MDAwMDAwMCwi"
    "ZXhwIjoxNzgwMDAwMzAwLCJuYW1lIjoiU29tZSBPbmUiLCJhdF9oYXNoIjoibk1fOGswNExvVlBRRGgxMzQ2"
    "YjZlSEM1cENpSUplTURCZzNEaHo2UGJ0NCJ9.cBoeiua5f6yXCNV2ZRsTWFulrev-z1tRJfELLo04YcME2la"
    "sEQ1GTtNrMhZ4eOWjjPhu04R9Fhd0TPjyLGEeAQ";
