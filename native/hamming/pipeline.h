/* Search of a segment, written once and compiled by every backend (which defines filter_bucket before including this).
 *
 * EXACT. Give band b a number t_b >= -1 of flips with sum(t_b + 1) > radius. A row missed by every band differs from
 * the query by at least t_b + 1 bits in band b (trivially so where t_b = -1), and the bands are disjoint, so its
 * distance is at least sum(t_b + 1) > radius. So every row within the radius is within t_b of the query in some band b.
 * There, its bucket differs from the query's by some d <= t_b bits and is among those visited, and its residual by at
 * most t_b - d: it is a candidate. Bits of a band outside bucket and residual are ignored, which can only add
 * candidates. Every candidate is compared in full, so nothing wrong is reported.
 *
 * ONCE. A row may be a candidate in several bands. "Candidate in band z" is the same as "the stored bits of band z
 * differ from the query's in at most t_z", so a hit is reported only if that holds for no earlier band.
 *
 * PARITY. The distance of two hashes is even exactly if their weights have the same parity. In a segment whose indexed
 * rows all have one parity, a query can therefore only meet distances of one parity, and a radius of the other parity
 * may be lowered by one. The strays, of the other parity, are always compared in full.
 *
 * BOUNDED. A band that yields too many candidates is dropped and its share given to the others (the proof holds for any
 * t); if that fails too, or a plan would cost more than comparing everything, everything is compared.
 *
 * FAST. Work items (query, band) go through five stages; each stage prefetches what the next will read one step later.
 *
 * UNTRUSTED. The body may be a damaged file: offsets are checked before a position is used, ids before a row is.
 */
#define BATCH 64
#define RING 4
#define CANDIDATE_ROOM 16384u
#define VECTOR 64u /* filter_bucket may write this many candidates beyond those it keeps */

#ifndef WORTH /* fuzz.c compiles its own: so that small segments, too, go through the bands and their caps */
#define WORTH(cost, limit) ((cost) >= 0 && (cost) < (limit))
#define LEAST_CANDIDATE_CAP 64u
#define LEAST_SCAN_CAP 4096u
#endif

typedef struct {
    uint32_t query, key, candidates;
    uint32_t probes_within[MAX_FLIPS + 1]; /* probes at distance <= d end here */
    uint8_t band;
    int8_t flips;
    uint8_t overloaded;
    probe *probe;
    uint32_t *candidate;
} item;

typedef struct {
    segment const *of;
    hits *found;
    uint32_t first_query, candidate_cap;
    uint64_t scan_cap;
    int state;
    int radius;
    hash256 asked[BATCH];
    int effective[BATCH]; /* the radius after the parity argument */
    int8_t flips[BATCH][MAX_BANDS];
    uint32_t overloaded[BATCH]; /* bands, as bits */
} search;

static inline unsigned distance_of(hash256 const *a, hash256 const *b) {
    return (unsigned)(__builtin_popcountll(a->word[0] ^ b->word[0]) + __builtin_popcountll(a->word[1] ^ b->word[1]) +
                      __builtin_popcountll(a->word[2] ^ b->word[2]) + __builtin_popcountll(a->word[3] ^ b->word[3]));
}

/* A prefetch may name any address: integers, so that no out-of-bounds pointer is ever formed. */
static inline void prefetch(uint8_t const *base, size_t offset) {
    __builtin_prefetch((void const *)((uintptr_t)base + offset));
}

/* ---- planning ---- */

/* Rough cost, in comparisons of whole rows, of visiting one band with `flips`; too much for one that must overload. */
static double band_cost(search const *s, band const *b, int flips) {
    segment const *of = s->of;
    if (flips < 0) return 0;
    double masks = 0, ways = 1;
    for (int d = 0; d <= flips; d++) {
        masks += ways;
        ways = ways * (b->width - (unsigned)d) / (d + 1);
    }
    double probes = of->masks_within[flips], scanned = probes * of->indexed / (double)(1u << of->bits);
    double candidates = masks * of->indexed / (double)(1ull << b->width);
    if (scanned > (double)s->scan_cap || candidates > s->candidate_cap) return 2.0 * of->indexed;
    return probes * 4 + scanned / 16 + 8 * candidates;
}

/* Spread radius + 1 evenly over the bands not in `skip`; the cost, or -1 if it cannot be done. */
static double plan(search const *s, int radius, uint32_t skip, int8_t flips[MAX_BANDS]) {
    segment const *of = s->of;
    int active = (int)of->bands - __builtin_popcount(skip), need = radius + 1;
    if (active <= 0) return -1;
    int each = need / active, extra = need % active;
    if (each + (extra > 0) - 1 > MAX_FLIPS) return -1;
    double cost = 0;
    for (unsigned i = 0; i < of->bands; i++) {
        unsigned b = i ? of->bands - i : 0; /* band 0 first (no ids to fetch), then the widest */
        flips[b] = -1;
        if (skip >> b & 1) continue;
        flips[b] = (int8_t)(each - 1 + (extra > 0));
        extra -= extra > 0;
        cost += band_cost(s, &of->band[b], flips[b]);
    }
    return cost;
}

/* ---- the five stages ---- */

static inline void visit_offsets(search const *s, item const *it) {
    segment const *of = s->of;
    uint32_t bucket = it->key & ((1u << of->bits) - 1);
    for (uint32_t i = 0; i < of->masks_within[it->flips]; i++)
        prefetch(of->body, of->band[it->band].offsets + (size_t)(bucket ^ of->masks[i]) * sizeof(uint32_t));
}

static inline void visit_buckets(search *s, item *it) {
    segment const *of = s->of;
    uint8_t const *offsets = of->body + of->band[it->band].offsets;
    size_t residuals = of->band[it->band].residuals;
    uint32_t bucket = it->key & ((1u << of->bits) - 1), probes = 0, i = 0, bad = 0;
    uint64_t scanned = 0;
    probe *to = it->probe;
    for (int d = 0; d <= it->flips; d++) {
        for (uint32_t end = of->masks_within[d]; i < end; i++) {
            uint32_t u = bucket ^ of->masks[i], from = u32_at(offsets, u), until = u32_at(offsets, (size_t)u + 1);
            bad |= (from > until) | (until > of->indexed);
            to[probes] = (probe){from, until - from};
            probes += until != from; /* without a branch: an empty bucket is overwritten by the next */
            scanned += until - from;
            prefetch(of->body, residuals + from);
            prefetch(of->body, residuals + until - 1);
        }
        it->probes_within[d] = probes;
    }
    if (bad) {
        s->state = CORRUPT;
        memset(it->probes_within, 0, sizeof it->probes_within);
    }
    it->candidates = 0;
    it->overloaded = scanned > s->scan_cap;
}

static inline void visit_residuals(search const *s, item *it) {
    segment const *of = s->of;
    uint8_t const *residuals = of->body + of->band[it->band].residuals;
    uint8_t wanted = (uint8_t)(it->key >> of->bits);
    uint32_t kept = 0, i = 0;
    for (int d = 0; d <= it->flips && !it->overloaded; d++)
        for (; i < it->probes_within[d]; i++) {
            kept = filter_bucket(residuals, it->probe[i], wanted, (unsigned)(it->flips - d), it->candidate, kept,
                                 s->candidate_cap);
            if (kept <= s->candidate_cap) continue;
            it->overloaded = 1;
            break;
        }
    it->candidates = it->overloaded ? 0 : kept;
    if (!it->band) return;
    for (uint32_t c = 0; c < it->candidates; c++)
        prefetch(of->body, of->band[it->band].ids + (size_t)it->candidate[c] * 3);
}

static inline void visit_ids(search *s, item *it) {
    segment const *of = s->of;
    uint32_t highest = 0;
    if (it->overloaded) s->overloaded[it->query] |= 1u << it->band;
    for (uint32_t c = 0; c < it->candidates; c++) {
        uint32_t row = it->candidate[c];
        if (it->band) {
            memcpy(&row, of->body + of->band[it->band].ids + (size_t)row * 3, sizeof row); /* parts are padded */
            row &= 0xffffff;
        }
        it->candidate[c] = row;
        highest = row > highest ? row : highest;
        prefetch(of->body, of->rows_at + (size_t)row * HASH_BYTES);
    }
    if (highest < of->indexed) return;
    s->state = CORRUPT;
    it->candidates = 0;
}

static int seen_by_earlier_band(search const *s, item const *it, hash256 const *row) {
    for (unsigned z = 0; z < it->band; z++) {
        band const *b = &s->of->band[z];
        uint32_t differ = band_of(row, b->start, b->width) ^ band_of(&s->asked[it->query], b->start, b->width);
        if (__builtin_popcount(differ) <= s->flips[it->query][z]) return 1;
    }
    return 0;
}

static inline void visit_rows(search *s, item const *it) {
    uint8_t const *rows = s->of->body + s->of->rows_at;
    hash256 const asked = s->asked[it->query];
    for (uint32_t c = 0; c < it->candidates; c++) {
        hash256 row = hash_at(rows, it->candidate[c]);
        unsigned distance = distance_of(&row, &asked);
        if (__builtin_expect((int)distance > s->radius, 1)) continue;
        if (seen_by_earlier_band(s, it, &row)) continue;
        if (hits_add(s->found, s->first_query + it->query, it->candidate[c], distance) != FINE) s->state = NO_MEMORY;
    }
}

static int prepare(search const *s, workspace *space, item *items, uint32_t count) {
    size_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t probes = s->of->masks_within[items[i].flips];
        most = probes > most ? probes : most;
    }
    if (++most > space->probe_room) { /* one more: an empty bucket after the last is written too */
        free(space->probes);
        space->probes = malloc(most * RING * sizeof(probe));
        space->probe_room = space->probes ? most : 0;
    }
    if (!space->candidates) space->candidates = malloc(sizeof(uint32_t) * RING * (CANDIDATE_ROOM + VECTOR));
    if (!space->probes || !space->candidates) return NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        items[i].probe = space->probes + (i % RING) * space->probe_room;
        items[i].candidate = space->candidates + (size_t)(i % RING) * (CANDIDATE_ROOM + VECTOR);
    }
    return FINE;
}

static void run(search *s, workspace *space, item *items, uint32_t count) {
    if (s->state == FINE) s->state = prepare(s, space, items, count);
    for (uint32_t i = 0; i < count + RING && s->state == FINE; i++) {
        if (i < count) visit_offsets(s, &items[i]);
        if (i >= 4) visit_rows(s, &items[i - 4]);
        if (i >= 1 && i - 1 < count) visit_buckets(s, &items[i - 1]);
        if (i >= 2 && i - 2 < count) visit_residuals(s, &items[i - 2]);
        if (i >= 3 && i - 3 < count) visit_ids(s, &items[i - 3]);
    }
}

/* Band-major, so that the tables of one band stay in the cache for all queries of a batch. */
static uint32_t make_items(search const *s, item *items, uint32_t from, uint32_t until) {
    uint32_t made = 0;
    for (unsigned b = 0; b < s->of->bands; b++)
        for (uint32_t q = from; q < until; q++) {
            if (s->flips[q][b] < 0) continue;
            item *it = &items[made++];
            it->query = q;
            it->band = (uint8_t)b;
            it->flips = s->flips[q][b];
            it->overloaded = 0;
            it->candidates = 0;
            it->key = band_of(&s->asked[q], s->of->band[b].start, s->of->band[b].width);
        }
    return made;
}

/* ---- one batch ---- */

static void forget(search *s, size_t since, uint32_t query) {
    size_t kept = since;
    for (size_t i = since; i < s->found->count; i++)
        if (s->found->items[i].query != s->first_query + query) s->found->items[kept++] = s->found->items[i];
    s->found->count = kept;
}

static void compare_all(search *s, uint32_t query) {
    if (s->state != FINE) return;
    s->state = SELF.within(s->of->body + s->of->rows_at, s->of->indexed, 0, s->first_query + query, &s->asked[query],
                           s->radius, s->found);
}

#define COMPARE_ALL 0xffffffffu

/* Overloaded bands: forget what the query found, plan without them; if that fails too, compare everything. */
static void search_again(search *s, workspace *space, item *items, size_t since, uint32_t query) {
    uint32_t skip = s->overloaded[query];
    s->overloaded[query] = 0;
    if (skip != COMPARE_ALL) {
        forget(s, since, query);
        double cost = plan(s, s->effective[query], skip, s->flips[query]);
        if (WORTH(cost, 0.2 * s->of->indexed)) {
            run(s, space, items, make_items(s, items, query, query + 1));
            if (!s->overloaded[query]) return;
            forget(s, since, query);
        }
    }
    compare_all(s, query);
}

static void plan_query(search *s, uint32_t query) {
    segment const *of = s->of;
    hash256 zero = {{0, 0, 0, 0}};
    unsigned weight = distance_of(&s->asked[query], &zero);
    int lower = of->parity != MIXED && (((unsigned)s->radius ^ weight ^ of->parity) & 1);
    s->effective[query] = s->radius - lower;
    s->overloaded[query] = 0;
    if (s->effective[query] < 0) {
        memset(s->flips[query], -1, MAX_BANDS);
        return;
    }
    double cost = plan(s, s->effective[query], 0, s->flips[query]);
    if (WORTH(cost, of->indexed)) return;
    s->overloaded[query] = COMPARE_ALL;
    memset(s->flips[query], -1, MAX_BANDS);
}

static void search_batch(search *s, workspace *space, uint32_t count) {
    item *items = space->items;
    size_t since = s->found->count;
    segment const *of = s->of;
    for (uint32_t q = 0; q < count; q++) plan_query(s, q);
    run(s, space, items, make_items(s, items, 0, count));
    for (uint32_t q = 0; q < count && s->state == FINE; q++) {
        if (s->overloaded[q]) search_again(s, space, items, since, q);
        if (of->rows == of->indexed || s->state != FINE) continue;
        s->state = SELF.within(of->body + of->rows_at + (size_t)of->indexed * HASH_BYTES, of->rows - of->indexed,
                               of->indexed, s->first_query + q, &s->asked[q], s->radius, s->found);
    }
}

static int search_segment(segment const *of, workspace *space, uint8_t const *queries, uint32_t count, int radius,
                          hits *found) {
    uint32_t share = of->indexed / 512, cap = share < LEAST_CANDIDATE_CAP ? LEAST_CANDIDATE_CAP : share;
    search s = {.of = of, .found = found, .radius = radius, .state = FINE};
    s.candidate_cap = cap > CANDIDATE_ROOM ? CANDIDATE_ROOM : cap;
    s.scan_cap = of->indexed / 16 + LEAST_SCAN_CAP;
    if (!space->items) space->items = malloc(sizeof(item) * BATCH * MAX_BANDS);
    if (!space->items) return NO_MEMORY;
    for (uint32_t first = 0; first < count && s.state == FINE; first += BATCH) {
        uint32_t now = count - first < BATCH ? count - first : BATCH;
        s.first_query = first;
        memcpy(s.asked, queries + (size_t)first * HASH_BYTES, (size_t)now * HASH_BYTES);
        search_batch(&s, space, now);
    }
    return s.state;
}
