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
    TOGETHER = 32,       /* distances looked at in one go */
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

/* The postings that may be among the nearest of one feature, and how many lie how far. */
typedef struct {
    struct { uint32_t row, apart; } *items;
    size_t count, room;
    uint32_t often[MOST_APART], below, inside; /* only those below are kept: so many */
} nearby;

typedef struct {
    const scene_backend *backend;
    const scene_volume *volume;
    scene_breadth breadth;
    uint16_t *apart;     /* of the postings in one cell */
    size_t room;
    nearby near;         /* of one feature */
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
    uint16_t *apart = realloc(b->apart, room * sizeof *apart);
    if (!apart) return 0;
    b->apart = apart, b->room = room;
    return 1;
}

static int keep(nearby *near, uint32_t row, uint32_t apart) {
    if (near->count == near->room) {
        size_t room = 2 * near->room + 1024;
        void *items = realloc(near->items, room * sizeof *near->items);
        if (!items) return 0;
        near->items = items, near->room = room;
    }
    near->items[near->count].row = row, near->items[near->count++].apart = apart;
    ++near->often[apart], ++near->inside;
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

/* Lowers the distance below which only the `nearest` lie, or all that are equally near if those are more: the picture
 * that is there a thousand times is found as well. */
static void narrow(nearby *near, uint32_t nearest) {
    while (near->inside > nearest && near->inside > near->often[near->below - 1])
        near->inside -= near->often[--near->below];
}

static inline int any_below(const uint16_t *apart, uint32_t below) {
    int any = 0;
    for (int k = 0; k < TOGETHER; ++k) any |= apart[k] < below;
    return any;
}

/* Keeps what is near enough of the postings in one cell; 0, -1 without memory, -2 where the tables contradict themselves. */
static int look_into(booth *b, const scene_feature *asked, uint32_t from, uint32_t to) {
    const scene_volume *v = b->volume;
    nearby *near = &b->near;
    size_t count = to - from;
    if (!make_room(b, count + TOGETHER)) return -1;
    b->backend->apart(asked->numbers, v->postings + from, count, b->apart);
    for (int k = 0; k < TOGETHER; ++k) b->apart[count + (size_t)k] = UINT16_MAX;
    for (size_t at = 0; at < count; at += TOGETHER) {
        if (!any_below(b->apart + at, near->below)) continue;
        for (size_t k = at; k < at + TOGETHER; ++k) {
            if (b->apart[k] >= near->below) continue;
            uint32_t picture = v->postings[from + k].picture;
            if (picture >= v->picture_count) return -2;
            if (!v->dead[picture] && !keep(near, from + (uint32_t)k, b->apart[k])) return -1;
        }
    }
    narrow(near, b->breadth.nearest);
    return 0;
}

/* Finds the nearest postings in these cells of pictures that are not dead. As `look_into`. */
static int compare(booth *b, const scene_feature *asked, const uint32_t *cells, int each, uint64_t *scanned) {
    const scene_volume *v = b->volume;
    b->near.count = 0, b->near.inside = 0, b->near.below = MOST_APART;
    memset(b->near.often, 0, sizeof b->near.often);
    for (int k = 0; k < each; ++k) {
        size_t at = place_of(v, cells[k]);
        if (at == v->cell_count) continue;
        uint32_t from = v->starts[at], to = v->starts[at + 1];
        if (from > to || to > v->posting_count) return -2;
        if (to - from > b->breadth.crowded) continue;
        *scanned += to - from;
        int failed = look_into(b, asked, from, to);
        if (failed) return failed;
    }
    return 0;
}

static int vote(booth *b, const scene_feature *asked, uint16_t number) {
    const scene_volume *v = b->volume;
    uint32_t below = b->near.below;
    for (size_t k = 0; k < b->near.count; ++k) {
        uint32_t apart = b->near.items[k].apart;
        if (apart >= below) continue;
        if (b->cast.count >= MOST_BALLOTS) return 0;
        const scene_posting *p = v->postings + b->near.items[k].row;
        ballot one = {p->picture, number, (uint16_t)((below - apart) * WEIGHT / below), p->x, p->y,
                      (uint8_t)(asked->angle - p->angle), p->size};
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
            int turned = (uint8_t)(votes[j].angle - votes[i].angle + SCENE_TURN / 2) - SCENE_TURN / 2;
            int sized = to->size - votes[j].size - steps;
            if ((abs(turned) > REACH_TURN) | (abs(sized) > REACH_STEPS)) continue;
            double u = c * votes[j].x - s * votes[j].y + x - to->x / 128.0, v = s * votes[j].x + c * votes[j].y + y - to->y / 128.0;
            if (u * u + v * v < REACH * REACH) sum += votes[j].weight;
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
        int failed = compare(b, asked + i, cells + (size_t)i * each, each, scanned);
        if (!failed) failed = vote(b, asked + i, (uint16_t)i);
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
    free(b->apart), free(b->near.items), free(b->cast.items), free(b->sorted), free(b->first), free(b->end);
    free(b);
    return found;
}
