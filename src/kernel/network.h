/*
 * Derived trust: what others' evidence says where one's own is thin.
 *
 * For truster u and trustee v, all sums as of T, decayed with the same half-lives, over what the
 * viewer may read (units):
 *
 *   rep(v)  = evidence about v from everyone but u        disp(u) = evidence given by u about
 * everyone but v each pair scaled by min(1, c_r / (P+N)) f(P,N)  = (P + k a0) / (P + N + k) a =
 * clip(expit(logit f(rep) + logit f(disp) - logit a0), low, high) a - a0  = c_rep + c_disp,  c_rep
 * = 1/2 [(x10 - x00) + (x11 - x01)]     (Shapley value of two players)
 *
 * and then, as evidence added to the pair's own: rho x what v holds about u (reciprocity), and for
 * every x that u has kept evidence about, t = min(1, that kept weight) x what x holds about v
 * (witnesses), scaled so that all witnesses together weigh at most the cap.
 *
 * Source: two-way log-odds prior and caps as measured in the project's trust study; Shapley 1953
 * for the split. The trust discount is subjective logic's, with t for the projected trust in the
 * witness.
 *
 * Exactness: capped pair sums are integers (a scaled one is cut once, by a quotient of doubles), so
 * totals are integers and leaving one pair out is an exact subtraction: the fast form for all pairs
 * and the plain form for one pair give the same bits. Priors pass through log and exp and are
 * quantised to 1e-9. Witness sums run in ascending order of actor number.
 *
 * Invariant: pairs without visible evidence change nothing. The cap must never see part of a pair:
 * merge shards first. One network belongs to one set of readable evidence:
 * never use it for a viewer who may read more or less.
 */
#pragma once

#include "kernel/pair_index.h"
#include "kernel/trust.h"

struct network {
    const struct pair_index *index;
    const struct trust_sum *sum; /* per pair, all of one T and one pair of half-lives */
    struct trust_parameters parameters;
    double base_rate;             /* a0 */
    struct trust_sum *reputation; /* per actor, capped totals; NULL in the plain form */
    struct trust_sum *disposition;
};

/* a0 over the total of all readable sums. */
double network_base_rate(struct trust_sum total, const struct trust_parameters *p);
struct trust_sum network_total(const struct trust_sum *sum, size_t count);

/* Fast form: totals per actor once, O(pairs + actors); then each reading costs its witnesses only.
 * Borrows index and sum. EN_NO_MEMORY. Free with network_done. */
int network_init(const struct pair_index *index, const struct trust_sum *sum,
                 const struct trust_parameters *p, struct error *err, struct network *ret);
/* Plain form: each reading walks the rows of its truster and trustee. Only sums of pairs that leave
 * the truster or enter the trustee, and the reverse pair, need to be filled in. No allocation. */
struct network network_plain(const struct pair_index *index, const struct trust_sum *sum,
                             double base_rate, const struct trust_parameters *p);
void network_done(struct network *n);

struct network_prior {
    double base_rate;               /* a0 */
    double prior;                   /* a */
    double reputation, disposition; /* c_rep, c_disp: prior - base_rate, split */
    struct evidence about_trustee;  /* rep(v), capped, without this pair */
    struct evidence by_truster;     /* disp(u) */
};

struct network_reading {
    struct network_prior prior;
    struct evidence direct;
    struct evidence reciprocal; /* after rho */
    struct evidence witnessed;  /* after t and the cap */
    struct evidence total;      /* what opinion_read takes */
};

/* pair: that of truster -> trustee, or PAIR_NONE when there is no evidence between them. */
struct network_reading network_read(const struct network *n, uint32_t truster, uint32_t trustee,
                                    int64_t pair);

/* One witness: x and the pair x -> trustee, whose items count `scale` each. */
struct network_witness {
    uint32_t actor;
    uint32_t pair;
    double scale;
};
/* Fills at most capacity witnesses in ascending order of actor; returns how many there are. */
size_t network_witnesses(const struct network *n, uint32_t truster, uint32_t trustee,
                         struct network_witness *ret, size_t capacity);
