/* Which of many pictures may show the same? Each feature asked about votes for the pictures of the nearest features in a
 * few cells; votes count together if they agree in how the picture would be turned and sized, then in where it would lie. */
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "scene.h"

enum {
    MOST_APART = 1000,   /* numbers farther apart are as far as those of any two features */
    WEIGHT = 1024,       /* of a vote by an equal feature */
    TURNS = 8, SIZES = 64, PHASES = 4, /* bins; each vote falls into one of every phase, so that no edge parts what agrees */
    LOOKED_AT = 2,       /* so many times the candidates wanted are looked at for places */
    MOST_VOTES = 128,    /* votes of one picture whose places are compared */
    MOST_BALLOTS = 1 << 22, /* cast for all pictures: 64 MiB */
    REACH = 14,          /* 1/256 of the longer side by which places may differ: 5.5 % */
    REACH_STEPS = 16, REACH_TURN = 28, /* an octave, 40 degrees */
};

typedef struct {
    uint32_t picture;
    uint16_t asked, weight;
    uint8_t x, y, angle, size;
} ballot;

typedef struct {
    ballot *items;
    size_t count, room;
} ballots;

typedef struct {
    const scene_backend *backend;
    const scene_volume *volume;
    scene_breadth breadth;
    uint32_t *rows;      /* postings compared for one feature */
    uint16_t *apart;
    size_t room;
    ballots cast;
    ballot *sorted;         /* by picture */
    uint32_t *first, *end;  /* of the ballots of each picture */
    uint32_t bins[PHASES][TURNS * SIZES];
    scene_tables tables;
} booth;

/* ---- votes ---- */

static int make_room(booth *b, size_t count) {
    if (count <= b->room) return 1;
    size_t room = 2 * count + 1024;
    uint32_t *rows = realloc(b->rows, room * sizeof *rows);
    if (rows) b->rows = rows;
    uint16_t *apart = realloc(b->apart, room * sizeof *apart);
    if (apart) b->apart = apart;
    if (!rows || !apart) return 0;
    b->room = room;
    return 1;
}

static int cast(ballots *all, ballot one) {
    if (all->count == all->room) {
        size_t room = 2 * all->room + 4096;
        ballot *items = realloc(all->items, room * sizeof *items);
        if (!items) return 0;
        all->items = items, all->room = room;
    }
    all->items[all->count++] = one;
    return 1;
}

/* The place of a pair of cells among those occupied, or cell_count. */
static size_t place_of(const scene_volume *v, uint32_t cell) {
    size_t low = 0, high = v->cell_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->cells[middle] < cell) low = middle + 1;
        else high = middle;
    }
    return low < v->cell_count && v->cells[low] == cell ? low : v->cell_count;
}

/* Compares all postings in these cells of pictures that are not dead; their number, -1 without memory, -2 where the tables contradict themselves. */
static int64_t compare(booth *b, const scene_feature *asked, const uint32_t *cells, int each) {
    const scene_volume *v = b->volume;
    size_t count = 0;
    for (int k = 0; k < each; ++k) {
        size_t at = place_of(v, cells[k]);
        if (at == v->cell_count) continue;
        uint32_t from = v->starts[at], to = v->starts[at + 1];
        if (from > to || to > v->posting_count) return -2;
        if (to - from > b->breadth.crowded) continue;
        if (!make_room(b, count + (to - from))) return -1;
        b->backend->apart(asked->numbers, v->postings + from, to - from, b->apart + count);
        size_t kept = count;
        for (uint32_t row = from; row < to; ++row) {
            if (v->postings[row].picture >= v->picture_count) return -2;
            b->apart[kept] = b->apart[count + (row - from)], b->rows[kept] = row;
            kept += !v->dead[v->postings[row].picture];
        }
        count = kept;
    }
    return (int64_t)count;
}

/* The distance below which only the `nearest` lie, or all that are equally near if those are more: the picture that is
 * there a thousand times is found as well. */
static uint32_t limit(const uint16_t *apart, size_t count, uint32_t nearest) {
    uint32_t often[MOST_APART + 1] = {0}, sum = 0, at = 0;
    for (size_t k = 0; k < count; ++k) ++often[apart[k] < MOST_APART ? apart[k] : MOST_APART];
    while (at < MOST_APART && (!sum || sum + often[at] <= nearest)) sum += often[at++];
    return at;
}

static int vote(booth *b, const scene_feature *asked, uint16_t number, size_t count) {
    const scene_volume *v = b->volume;
    uint32_t below = limit(b->apart, count, b->breadth.nearest);
    for (size_t k = 0; k < count; ++k) {
        if (b->apart[k] >= below) continue;
        if (b->cast.count >= MOST_BALLOTS) return 0;
        const scene_posting *p = v->postings + b->rows[k];
        ballot one = {p->picture, number, (uint16_t)((below - b->apart[k]) * WEIGHT / below),
                      p->x, p->y, (uint8_t)(asked->angle - p->angle), p->size};
        if (!cast(&b->cast, one)) return -1;
    }
    return 0;
}

/* ---- counting ---- */

/* Ballots by picture, each feature's best for a picture only. */
static int sort(booth *b) {
    uint32_t pictures = b->volume->picture_count;
    b->first = calloc((size_t)pictures + 1, sizeof *b->first);
    b->end = calloc((size_t)pictures + 1, sizeof *b->end);
    b->sorted = malloc((b->cast.count + 1) * sizeof *b->sorted);
    if (!b->first || !b->end || !b->sorted) return -1;
    for (size_t k = 0; k < b->cast.count; ++k) ++b->first[b->cast.items[k].picture + 1];
    for (uint32_t p = 0; p < pictures; ++p) b->first[p + 1] += b->first[p];
    memcpy(b->end, b->first, pictures * sizeof *b->end);
    for (size_t k = 0; k < b->cast.count; ++k) {
        const ballot *one = b->cast.items + k;
        uint32_t *end = b->end + one->picture;
        ballot *last = *end > b->first[one->picture] ? b->sorted + *end - 1 : 0;
        if (!last || last->asked != one->asked) b->sorted[(*end)++] = *one;
        else if (one->weight > last->weight) *last = *one;
    }
    return 0;
}

static uint32_t bin_of(const scene_feature *asked, const ballot *one, int phase) {
    int turn = (one->angle + (phase & 1 ? SCENE_TURN / TURNS / 2 : 0)) % SCENE_TURN * TURNS / SCENE_TURN;
    int steps = asked[one->asked].size - one->size + 256 + (phase & 2 ? SCENE_OCTAVE / 2 : 0);
    return (uint32_t)(turn * SIZES + steps / SCENE_OCTAVE);
}

/* The most votes for a picture that agree in turn and size. */
static uint32_t count(booth *b, const scene_feature *asked, uint32_t picture) {
    uint32_t best = 0;
    for (int phase = 0; phase < PHASES; ++phase) {
        uint32_t *bins = b->bins[phase];
        for (uint32_t at = b->first[picture]; at < b->end[picture]; ++at) {
            uint32_t *bin = bins + bin_of(asked, b->sorted + at, phase);
            *bin += b->sorted[at].weight;
            if (*bin > best) best = *bin;
        }
        for (uint32_t at = b->first[picture]; at < b->end[picture]; ++at)
            bins[bin_of(asked, b->sorted + at, phase)] = 0;
    }
    return best;
}

/* The most votes for a picture that agree in where it would lie as well. */
static uint32_t placed(const booth *b, const scene_feature *asked, uint32_t picture) {
    const ballot *votes = b->sorted + b->first[picture];
    int many = (int)(b->end[picture] - b->first[picture]);
    if (many > MOST_VOTES) many = MOST_VOTES;
    uint32_t best = 0;
    for (int i = 0; i < many; ++i) {
        const scene_feature *from = asked + votes[i].asked;
        int steps = from->size - votes[i].size;
        double scale = b->tables.power[256 + steps], c = scale * b->tables.cosine[votes[i].angle],
               s = scale * b->tables.sine[votes[i].angle];
        double x = from->x / 128.0 - (c * votes[i].x - s * votes[i].y), y = from->y / 128.0 - (s * votes[i].x + c * votes[i].y);
        uint32_t sum = 0;
        for (int j = 0; j < many; ++j) {
            const scene_feature *to = asked + votes[j].asked;
            double u = c * votes[j].x - s * votes[j].y + x - to->x / 128.0, v = s * votes[j].x + c * votes[j].y + y - to->y / 128.0;
            int turned = (uint8_t)(votes[j].angle - votes[i].angle + SCENE_TURN / 2) - SCENE_TURN / 2;
            int sized = to->size - votes[j].size - steps;
            if (u * u + v * v < REACH * REACH && abs(turned) <= REACH_TURN && abs(sized) <= REACH_STEPS)
                sum += votes[j].weight;
        }
        if (sum > best) best = sum;
    }
    return best;
}

/* ---- the best ---- */

static int before(const void *one, const void *other) {
    const scene_candidate *a = one, *b = other;
    if (a->votes != b->votes) return a->votes > b->votes ? -1 : 1;
    return a->picture < b->picture ? -1 : a->picture > b->picture;
}

/* Pictures with at least so many ballots and their votes; their number. */
static uint32_t counted(booth *b, const scene_feature *asked, uint32_t least, scene_candidate *all) {
    uint32_t found = 0;
    for (uint32_t p = 0; p < b->volume->picture_count; ++p)
        if (b->end[p] - b->first[p] >= least) all[found++] = (scene_candidate){p, count(b, asked, p)};
    return found;
}

static int best(booth *b, const scene_feature *asked, scene_candidate *candidates) {
    uint32_t most = b->breadth.most;
    scene_candidate *all = malloc(((size_t)b->volume->picture_count + 1) * sizeof *all);
    if (!all) return -1;
    /* Most pictures of a large volume have a single ballot: they count where there are not enough others. */
    uint32_t found = counted(b, asked, 2, all);
    if (found < most * LOOKED_AT) found = counted(b, asked, 1, all);
    qsort(all, found, sizeof *all, before);
    if (found > most * LOOKED_AT) found = most * LOOKED_AT;
    for (uint32_t k = 0; k < found; ++k) all[k].votes = placed(b, asked, all[k].picture);
    qsort(all, found, sizeof *all, before);
    if (found > most) found = most;
    memcpy(candidates, all, found * sizeof *all);
    free(all);
    return (int)found;
}

static int ask(booth *b, const scene_feature *asked, int asked_count, const uint32_t *cells, int each, uint64_t *scanned) {
    for (int i = 0; i < asked_count; ++i) {
        int64_t compared = compare(b, asked + i, cells + (size_t)i * each, each);
        if (compared < 0) return (int)compared;
        *scanned += (uint64_t)compared;
        int failed = vote(b, asked + i, (uint16_t)i, (size_t)compared);
        if (failed) return failed;
    }
    return sort(b);
}

int scene_scan(const scene_backend *backend, const scene_volume *volume, const scene_feature *asked, int asked_count,
               const uint32_t *cells, int each, scene_breadth breadth, scene_candidate *candidates, uint64_t *scanned) {
    booth *b = calloc(1, sizeof *b);
    *scanned = 0;
    if (!b) return -1;
    b->backend = backend, b->volume = volume, b->breadth = breadth;
    scene_make_tables(&b->tables);
    int found = ask(b, asked, asked_count, cells, each, scanned);
    if (!found) found = best(b, asked, candidates);
    free(b->rows), free(b->apart), free(b->cast.items), free(b->sorted), free(b->first), free(b->end);
    free(b);
    return found;
}
