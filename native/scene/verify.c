/* Do two pictures show the same thing? Matches vote for how one lies on the other; the best way is refined, more matches
 * are found along it, and their number is held against what chance would give at the same places. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "scene.h"

enum {
    TRIES = 3,        /* ways to lie on each other that are followed, most votes first */
    ROUNDS = 3,       /* of refinement, for the seeds and again for what was found along them */
    GRID = 50,        /* matches are counted once a cell, of so many along each side */
    COLUMNS = 64,     /* in which mapped features are sorted */
    MOST_ROWS = 1002, /* 1 / the least tolerance, and two */
    MOST_WAYS = 2,
    FEWEST_VOTES = 2,
    FREE = 3,         /* matches that any affine map explains */
    FIRM = 8,         /* matches from which on the ridge weighs no more */
};

#define RATIO2 (95 * 95)       /* a seed's nearest is at most .95 as far as its second nearest, in percent squared */
#define PERCENT2 (100 * 100)
#define RIDGE 0.01             /* of the frame's squared width: keeps few matches from shearing the map */
#define MOST_STRETCH 4.0       /* longest over shortest axis of a circle's image */
#define LEAST_SCALE 0.04
#define MOST_SCALE 25.0
#define NEAR_CHANCE 5.0        /* the score of what is not more than chance, below 0 */

/* How far size and direction of a seed may be from another's, from the map's, and of a match from the map's. */
#define VOTE_STEPS 19          /* of size: 1.2 octaves */
#define VOTE_TURN 48           /* of a turn: 67.5 degrees */
#define SEED_RATIO 2.0562276533121331 /* 2^1.04 */
#define SEED_COSINE 0.52249856471594887 /* of 58.5 degrees */
#define MATCH_RATIO 1.7411011265922482 /* 2^0.8 */
#define MATCH_COSINE 0.86602540378443865 /* of 30 degrees */

typedef struct {
    double a[6], scale, cosine, sine;
} map;

typedef struct {
    int i, j;
    int steps, turn;       /* size and direction of the asked feature against the known one */
    double x, y, u, v;     /* known place, asked place */
    int votes[MOST_WAYS];  /* of those that agree with it, for each tolerance */
    uint8_t used, in;
} seed;

/* The same places and turns, one beside the other: each seed asks all of them. */
typedef struct {
    double x[SCENE_MOST], y[SCENE_MOST], u[SCENE_MOST], v[SCENE_MOST], apart[SCENE_MOST];
    int steps[SCENE_MOST], turn[SCENE_MOST];
} places;

typedef struct {
    const scene_feature *asked, *known;
    int asked_count, known_count;
    scene_frame asked_frame, known_frame;
    uint16_t (*found)[2], (*apart)[2];
    const uint16_t *back;
    scene_tolerance tolerance;
    int way;               /* which of the tolerances that is */
    scene_tables tables;
    seed seeds[SCENE_MOST];
    places all;
    int seed_count;
    /* along a map */
    uint16_t pairs[SCENE_MOST][2];
    int pair_count;
    uint8_t taken[SCENE_MOST];
    double u[SCENE_MOST], v[SCENE_MOST]; /* known places, mapped */
    int first[MOST_ROWS * COLUMNS + 1], next[MOST_ROWS * COLUMNS], order[SCENE_MOST];
    uint8_t cells[2][GRID * GRID];
    double expected;       /* matches that chance would give */
} work;

static void derive(map *m) {
    const double *a = m->a;
    m->scale = sqrt(fabs(a[0] * a[4] - a[1] * a[3])) + 1e-12;
    double c = a[0] + a[4], s = a[3] - a[1], length = sqrt(c * c + s * s) + 1e-12;
    m->cosine = c / length, m->sine = s / length;
}

static void seed_map(const work *w, const seed *s, map *m) {
    double scale = w->tables.power[256 + s->steps], c = scale * w->tables.cosine[s->turn],
           n = scale * w->tables.sine[s->turn];
    m->a[0] = c, m->a[1] = -n, m->a[2] = s->u - (c * s->x - n * s->y);
    m->a[3] = n, m->a[4] = c, m->a[5] = s->v - (n * s->x + c * s->y);
    derive(m);
}

static double off(const map *m, double x, double y, double u, double v) {
    double p = m->a[0] * x + m->a[1] * y + m->a[2] - u, q = m->a[3] * x + m->a[4] * y + m->a[5] - v;
    return p * p + q * q;
}

/* Whether a feature is sized and turned as the map says. */
static int fits(const work *w, const map *m, int steps, int turn, double ratio, double cosine) {
    double size = w->tables.power[256 + steps];
    if (size > m->scale * ratio || size * ratio < m->scale) return 0;
    return w->tables.cosine[turn] * m->cosine + w->tables.sine[turn] * m->sine >= cosine;
}

/* ---- seeds ---- */

static void find_seeds(work *w) {
    w->seed_count = 0;
    for (int i = 0; i < w->asked_count; ++i) {
        int j = w->found[i][0];
        if (j >= w->known_count || w->back[j] != i) continue;
        if ((int64_t)w->apart[i][0] * PERCENT2 > (int64_t)w->apart[i][1] * RATIO2) continue;
        const scene_feature *q = w->asked + i, *d = w->known + j;
        seed *s = w->seeds + w->seed_count++;
        *s = (seed){.i = i, .j = j, .steps = q->size - d->size, .turn = (q->angle - d->angle) & (SCENE_TURN - 1),
                    .x = d->x, .y = d->y, .u = q->x, .v = q->y};
    }
}

/* How far each seed lies from where a map has it, squared: `off` for all of them. */
static void off_all(places *all, int count, const map *m) {
    double a0 = m->a[0], a1 = m->a[1], a2 = m->a[2], a3 = m->a[3], a4 = m->a[4], a5 = m->a[5];
    for (int j = 0; j < count; ++j) {
        double p = a0 * all->x[j] + a1 * all->y[j] + a2 - all->u[j], q = a3 * all->x[j] + a4 * all->y[j] + a5 - all->v[j];
        all->apart[j] = p * p + q * q;
    }
}

/* Which seeds agree with each seed is asked once for all tolerances: what differs is how far they may be apart. */
static void vote(work *w, const scene_tolerance *tolerances, int ways) {
    places *all = &w->all;
    double reach[MOST_WAYS] = {0};
    for (int way = 0; way < ways; ++way) reach[way] = tolerances[way].seeds * SCENE_LONG, reach[way] *= reach[way];
    for (int j = 0; j < w->seed_count; ++j) {
        const seed *o = w->seeds + j;
        all->x[j] = o->x, all->y[j] = o->y, all->u[j] = o->u, all->v[j] = o->v;
        all->steps[j] = o->steps, all->turn[j] = o->turn;
    }
    for (int i = 0; i < w->seed_count; ++i) {
        seed *s = w->seeds + i;
        double size = w->tables.power[256 + s->steps];
        if (size < LEAST_SCALE || size > MOST_SCALE) continue;
        map m;
        seed_map(w, s, &m);
        off_all(all, w->seed_count, &m);
        int votes[MOST_WAYS] = {0};
        for (int j = 0; j < w->seed_count; ++j) {
            int turned = (all->turn[j] - s->turn + SCENE_TURN / 2) & (SCENE_TURN - 1);
            int alike = (abs(all->steps[j] - s->steps) <= VOTE_STEPS) & (abs(turned - SCENE_TURN / 2) <= VOTE_TURN);
            votes[0] += alike & (all->apart[j] < reach[0]), votes[1] += alike & (all->apart[j] < reach[1]);
        }
        memcpy(s->votes, votes, sizeof votes);
    }
}

static seed *most_voted(work *w) {
    seed *best = 0;
    for (int i = 0; i < w->seed_count; ++i) {
        seed *s = w->seeds + i;
        if (!s->used && s->votes[w->way] >= FEWEST_VOTES && (!best || s->votes[w->way] > best->votes[w->way])) best = s;
    }
    return best;
}

/* ---- the map that fits best ---- */

typedef struct {
    double n, x, y, u, v, xx, xy, yy, xu, yu, xv, yv;
} sums;

static void add_place(sums *s, double x, double y, double u, double v) { s->n += 1, s->x += x, s->y += y, s->u += u, s->v += v; }

static void centre(sums *s) { s->x /= s->n, s->y /= s->n, s->u /= s->n, s->v /= s->n; }

static void add_spread(sums *s, double x, double y, double u, double v) {
    x -= s->x, y -= s->y, u -= s->u, v -= s->v;
    s->xx += x * x, s->xy += x * y, s->yy += y * y;
    s->xu += x * u, s->yu += y * u, s->xv += x * v, s->yv += y * v;
}

/* Least squares, drawn towards the map as it was: the less there is to go by, the more. */
static void refit(const work *w, map *m, sums *s) {
    double *a = m->a, ridge = RIDGE * w->known_frame.width * w->known_frame.width;
    if (s->n > FIRM) ridge *= FIRM / s->n;
    s->xx += ridge, s->yy += ridge;
    s->xu += ridge * a[0], s->yu += ridge * a[1], s->xv += ridge * a[3], s->yv += ridge * a[4];
    double det = s->xx * s->yy - s->xy * s->xy;
    if (det < 1e-9) return;
    a[0] = (s->xu * s->yy - s->yu * s->xy) / det, a[1] = (s->yu * s->xx - s->xu * s->xy) / det;
    a[3] = (s->xv * s->yy - s->yv * s->xy) / det, a[4] = (s->yv * s->xx - s->xv * s->xy) / det;
    a[2] = s->u - a[0] * s->x - a[1] * s->y, a[5] = s->v - a[3] * s->x - a[4] * s->y;
    derive(m);
}

static void refine(work *w, map *m, const seed *from) {
    for (int round = 0; round < ROUNDS; ++round) {
        double narrower = w->tolerance.agreeing - w->tolerance.seeds;
        double reach = (w->tolerance.seeds + narrower * round / ROUNDS) * SCENE_LONG;
        sums s = {0};
        for (int i = 0; i < w->seed_count; ++i) {
            seed *o = w->seeds + i;
            o->in = off(m, o->x, o->y, o->u, o->v) < reach * reach && fits(w, m, o->steps, o->turn, SEED_RATIO, SEED_COSINE);
            if (!o->in) continue;
            add_place(&s, o->x, o->y, o->u, o->v);
            if (o->votes[w->way] <= from->votes[w->way]) o->used = 1;
        }
        if (!s.n) return;
        centre(&s);
        for (int i = 0; i < w->seed_count; ++i)
            if (w->seeds[i].in) add_spread(&s, w->seeds[i].x, w->seeds[i].y, w->seeds[i].u, w->seeds[i].v);
        refit(w, m, &s);
    }
}

/* ---- what else agrees along it ---- */

static int inside(const work *w, const map *m, const scene_feature *q) {
    const double *a = m->a;
    double det = a[0] * a[4] - a[1] * a[3], x = q->x - a[2], y = q->y - a[5];
    double u = (a[4] * x - a[1] * y) / det, v = (a[0] * y - a[3] * x) / det;
    return u >= 0 && v >= 0 && u <= w->known_frame.width && v <= w->known_frame.height;
}

static void follow(work *w, const map *m) {
    double reach = w->tolerance.agreeing * SCENE_LONG;
    memset(w->taken, 0, sizeof w->taken);
    w->pair_count = 0;
    for (int i = 0; i < w->asked_count; ++i) {
        const scene_feature *q = w->asked + i;
        if (!inside(w, m, q)) continue;
        for (int k = 0; k < 2; ++k) {
            int j = w->found[i][k];
            if (j >= w->known_count || w->taken[j]) continue;
            const scene_feature *d = w->known + j;
            if (off(m, d->x, d->y, q->x, q->y) > reach * reach) continue;
            int turn = (q->angle - d->angle) & (SCENE_TURN - 1);
            if (!fits(w, m, q->size - d->size, turn, MATCH_RATIO, MATCH_COSINE)) continue;
            w->pairs[w->pair_count][0] = (uint16_t)i, w->pairs[w->pair_count++][1] = (uint16_t)j;
            w->taken[j] = 1;
            break;
        }
    }
}

static void refit_along(work *w, map *m) {
    sums s = {0};
    if (w->pair_count < FREE) return;
    for (int pass = 0; pass < 2; ++pass) {
        for (int k = 0; k < w->pair_count; ++k) {
            const scene_feature *q = w->asked + w->pairs[k][0], *d = w->known + w->pairs[k][1];
            (pass ? add_spread : add_place)(&s, d->x, d->y, q->x, q->y);
        }
        if (!pass) centre(&s);
    }
    refit(w, m, &s);
}

/* ---- what chance would give ---- */

static int row_of(double at, double reach, int rows) {
    double row = at / reach;
    return !(row >= 0) ? -1 : row >= rows ? rows : (int)row;
}

/* A little wider than `reach`, so that no rounding parts by two what lies within it; what lies beside the picture is in
 * the first or the last. */
static int column_of(double at, double reach) {
    double least = (double)SCENE_LONG / COLUMNS, wide = reach * 1.01 > least ? reach * 1.01 : least, column = at / wide;
    return !(column >= 0) ? 0 : column >= COLUMNS ? COLUMNS - 1 : (int)column;
}

static int cell_at(double x, double y, double reach, int rows) {
    int row = row_of(y, reach, rows);
    return row < 0 || row >= rows ? -1 : row * COLUMNS + column_of(x, reach);
}

/* Known features, mapped, sorted into rows of `reach` units of the picture asked and into columns. */
static int sort_mapped(work *w, const map *m, double reach) {
    int rows = (int)(SCENE_LONG / reach) + 2, cells = rows * COLUMNS;
    memset(w->first, 0, ((size_t)cells + 1) * sizeof *w->first);
    for (int j = 0; j < w->known_count; ++j) {
        const scene_feature *d = w->known + j;
        w->u[j] = m->a[0] * d->x + m->a[1] * d->y + m->a[2], w->v[j] = m->a[3] * d->x + m->a[4] * d->y + m->a[5];
        int cell = cell_at(w->u[j], w->v[j], reach, rows);
        if (cell >= 0) ++w->first[cell + 1];
    }
    for (int cell = 0; cell < cells; ++cell) w->first[cell + 1] += w->first[cell];
    memcpy(w->next, w->first, (size_t)cells * sizeof *w->next);
    for (int j = 0; j < w->known_count; ++j) {
        int cell = cell_at(w->u[j], w->v[j], reach, rows);
        if (cell >= 0) w->order[w->next[cell]++] = j;
    }
    return rows;
}

/* How many known features lie where this one's match would have to lie. */
static int could_match(const work *w, const map *m, const scene_feature *q, double reach, int rows) {
    int row = row_of(q->y, reach, rows), column = column_of(q->x, reach), count = 0;
    int left = column > 0 ? column - 1 : 0, right = column + 1 < COLUMNS ? column + 1 : COLUMNS - 1;
    for (int r = row > 0 ? row - 1 : 0; r <= row + 1 && r < rows; ++r)
        for (int at = w->first[r * COLUMNS + left], to = w->first[r * COLUMNS + right + 1]; at < to; ++at) {
            int j = w->order[at];
            double x = w->u[j] - q->x, y = w->v[j] - q->y;
            if (x * x + y * y >= reach * reach) continue;
            const scene_feature *d = w->known + j;
            count += fits(w, m, q->size - d->size, (q->angle - d->angle) & (SCENE_TURN - 1), MATCH_RATIO, MATCH_COSINE);
        }
    return count;
}

static void expect(work *w, const map *m) {
    double reach = w->tolerance.agreeing * SCENE_LONG;
    int rows = sort_mapped(w, m, reach);
    w->expected = 0;
    for (int i = 0; i < w->asked_count; ++i) {
        const scene_feature *q = w->asked + i;
        if (!inside(w, m, q)) continue;
        double by_chance = 2.0 * could_match(w, m, q, reach, rows) / w->known_count;
        w->expected += by_chance < 1 ? by_chance : 1;
    }
}

static int cell_of(const scene_feature *f, scene_frame frame) {
    int x = (int)(f->x / frame.width * GRID), y = (int)(f->y / frame.height * GRID);
    x = x >= GRID ? GRID - 1 : x, y = y >= GRID ? GRID - 1 : y;
    return y * GRID + x;
}

/* Matches in cells of both pictures that no other match took: many in one spot are one. */
static int points(work *w) {
    int count = 0;
    memset(w->cells, 0, sizeof w->cells);
    for (int k = 0; k < w->pair_count; ++k) {
        uint8_t *one = w->cells[0] + cell_of(w->asked + w->pairs[k][0], w->asked_frame);
        uint8_t *other = w->cells[1] + cell_of(w->known + w->pairs[k][1], w->known_frame);
        if (*one || *other) continue;
        *one = *other = 1, ++count;
    }
    return count;
}

static double stretch(const map *m) {
    const double *a = m->a;
    if (a[0] * a[4] - a[1] * a[3] <= 0) return 2 * MOST_STRETCH;
    double p = a[0] + a[4], q = a[3] - a[1], r = a[0] - a[4], s = a[3] + a[1];
    double same = sqrt(p * p + q * q) / 2, differs = sqrt(r * r + s * s) / 2;
    return (same + differs) / (same - differs > 1e-6 ? same - differs : 1e-6);
}

/* -log10 of the Poisson tail at the points counted, less what the tries cost. */
static double score(const work *w, const map *m, int counted) {
    double beyond = counted - FREE, expected = (w->expected > 1e-9 ? w->expected : 1e-9);
    if (w->pair_count) expected *= (double)counted / w->pair_count;
    if (beyond <= expected || stretch(m) > MOST_STRETCH || m->scale < LEAST_SCALE || m->scale > MOST_SCALE)
        return -NEAR_CHANCE;
    double logs = beyond * scene_logarithm(expected) - expected;
    for (int k = 2; k <= counted - FREE; ++k) logs -= scene_logarithm(k);
    return (-logs - scene_logarithm(w->seed_count + 1)) / scene_logarithm(10);
}

static void try_from(work *w, const seed *from, scene_agreement *result) {
    map m;
    seed_map(w, from, &m);
    refine(w, &m, from);
    for (int round = 0; round < ROUNDS; ++round) {
        follow(w, &m);
        if (round + 1 < ROUNDS) refit_along(w, &m);
    }
    expect(w, &m);
    int counted = points(w);
    double reached = score(w, &m, counted);
    if (reached <= result->score) return;
    result->score = reached, result->points = counted, result->count = w->pair_count;
    memcpy(result->map, m.a, sizeof m.a);
    memcpy(result->pairs, w->pairs, sizeof w->pairs[0] * (size_t)w->pair_count);
}

static void try_most_voted(work *w, scene_agreement *result) {
    for (int t = 0; t < TRIES; ++t) {
        seed *from = most_voted(w);
        if (!from) return;
        from->used = 1;
        try_from(w, from, result);
    }
}

int scene_verify(const scene_feature *asked, int asked_count, scene_frame asked_frame, const scene_feature *known,
                 int known_count, scene_frame known_frame, uint16_t (*found)[2], uint16_t (*apart)[2],
                 const uint16_t *back, const scene_tolerance *tolerances, int ways, scene_agreement *results) {
    work *w = malloc(sizeof *w);
    if (!w) return -1;
    w->asked = asked, w->asked_count = asked_count, w->asked_frame = asked_frame;
    w->known = known, w->known_count = known_count, w->known_frame = known_frame;
    w->found = found, w->apart = apart, w->back = back;
    scene_make_tables(&w->tables);
    find_seeds(w);
    vote(w, tolerances, ways);
    for (w->way = 0; w->way < ways; ++w->way) {
        scene_agreement *result = results + w->way;
        result->score = -2 * NEAR_CHANCE, result->points = result->count = 0;
        memset(result->map, 0, sizeof result->map);
        w->tolerance = tolerances[w->way];
        for (int i = 0; i < w->seed_count; ++i) w->seeds[i].used = 0;
        try_most_voted(w, result);
    }
    free(w);
    return 0;
}

/* ---- blocks ---- */

size_t scene_blocks_size(int count) {
    return (size_t)((count + SCENE_LANES - 1) / SCENE_LANES) * SCENE_LANES * SCENE_PACKED;
}

void scene_blocks(const scene_feature *known, int count, int16_t *blocks) {
    memset(blocks, 0, scene_blocks_size(count) * sizeof *blocks);
    for (int j = 0; j < count; ++j) {
        int16_t *block = blocks + (size_t)(j / SCENE_LANES) * SCENE_LANES * SCENE_PACKED + j % SCENE_LANES;
        for (int k = 0; k < SCENE_PACKED; ++k)
            block[k * SCENE_LANES] = (int16_t)((known[j].numbers[k] & 15) | known[j].numbers[k] >> 4 << 8);
    }
}
