/* havre.matching._scene: comparing pictures by local features, for Python. Every argument is checked here. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

static const scene_backend *const all_backends[] = {&scene_serial, &scene_avx2, &scene_avx512};
enum { BACKENDS = sizeof all_backends / sizeof *all_backends };

static const scene_backend *backend_called(const char *name) {
    for (int i = BACKENDS - 1; i >= 0; --i) {
        if (!all_backends[i]->runs_here()) continue;
        if (!name || strcmp(name, all_backends[i]->name) == 0) return all_backends[i];
    }
    PyErr_Format(PyExc_ValueError, "no backend called %s on this processor", name);
    return NULL;
}

/* The number of features in a buffer, or -1 with ValueError set. */
static int count_of(const Py_buffer *b, const char *what) {
    if (b->len % (Py_ssize_t)sizeof(scene_feature) || b->len / (Py_ssize_t)sizeof(scene_feature) > SCENE_MOST)
        return PyErr_Format(PyExc_ValueError, "%s: %zd bytes are not up to %d features", what, b->len, SCENE_MOST), -1;
    return (int)(b->len / (Py_ssize_t)sizeof(scene_feature));
}

/* Features of a buffer, aligned; places that no picture has are refused with ValueError. */
static scene_feature *features_of(const Py_buffer *b, int count, const char *what) {
    scene_feature *made = malloc((size_t)(count + 1) * sizeof *made);
    if (!made) return (scene_feature *)PyErr_NoMemory();
    memcpy(made, b->buf, (size_t)count * sizeof *made);
    for (int i = 0; i < count; ++i) {
        if (made[i].x <= SCENE_LONG && made[i].y <= SCENE_LONG) continue;
        free(made);
        PyErr_Format(PyExc_ValueError, "%s: feature %d lies outside its picture", what, i);
        return NULL;
    }
    return made;
}

typedef struct {
    scene_feature *asked, *known;
    int asked_count, known_count;
    scene_frame asked_frame, known_frame;
    uint16_t (*found)[2], (*apart)[2], *back, *back_apart;
    int16_t *blocks;
} pair;

static int make_room(pair *p) {
    size_t asked = (size_t)p->asked_count + 1, known = (size_t)p->known_count + SCENE_LANES;
    p->found = malloc(asked * sizeof *p->found), p->apart = malloc(asked * sizeof *p->apart);
    p->back = malloc(known * sizeof *p->back), p->back_apart = malloc(known * sizeof *p->back_apart);
    p->blocks = malloc((scene_blocks_size(p->known_count) + 1) * sizeof *p->blocks);
    return p->found && p->apart && p->back && p->back_apart && p->blocks;
}

static void give_back(pair *p) {
    free(p->asked), free(p->known), free(p->found), free(p->apart), free(p->back), free(p->back_apart), free(p->blocks);
}

static PyObject *told(const scene_agreement *a) {
    const double *m = a->map;
    return Py_BuildValue("di(dddddd)y#", a->score, a->points, m[0], m[1], m[2], m[3], m[4], m[5], (char *)a->pairs,
                         (Py_ssize_t)a->count * (Py_ssize_t)sizeof *a->pairs);
}

static PyObject *compared(pair *p, const scene_backend *backend, const scene_tolerance *tolerances, int ways) {
    if (!make_room(p)) return PyErr_NoMemory();
    uint16_t(*pairs)[2] = malloc((size_t)ways * SCENE_MOST * sizeof *pairs);
    if (!pairs) return PyErr_NoMemory();
    scene_agreement results[2];
    int failed = 0;
    Py_BEGIN_ALLOW_THREADS
    scene_blocks(p->known, p->known_count, p->blocks);
    backend->nearest(p->asked, p->asked_count, p->blocks, p->known_count, p->found, p->apart, p->back, p->back_apart);
    for (int way = 0; way < ways; ++way) results[way].pairs = pairs + (size_t)way * SCENE_MOST;
    failed = scene_verify(p->asked, p->asked_count, p->asked_frame, p->known, p->known_count, p->known_frame, p->found,
                          p->apart, p->back, tolerances, ways, results);
    Py_END_ALLOW_THREADS
    PyObject *answer = NULL;
    if (failed) PyErr_NoMemory();
    else {
        PyObject *tight = told(results), *loose = tight ? told(results + 1) : NULL;
        if (loose) answer = PyTuple_Pack(2, tight, loose);
        Py_XDECREF(tight), Py_XDECREF(loose);
    }
    free(pairs);
    return answer;
}

static int is_frame(scene_frame f) { return f.width >= 0.25 && f.height >= 0.25 && f.width <= 2 * SCENE_LONG && f.height <= 2 * SCENE_LONG; }
static int is_tolerance(scene_tolerance t) { return t.seeds >= 0.001 && t.seeds <= 1 && t.agreeing >= 0.001 && t.agreeing <= t.seeds; }

PyDoc_STRVAR(compare_doc,
             "compare(asked, asked_width, asked_height, known, known_width, known_height, tight, loose, backend=None)\n--\n\n"
             "How the features of two pictures agree, with tight and with loose tolerances (seeds, agreeing): for each the\n"
             "score, the points, the map from known to asked places, and the pairs of agreeing features (uint16).");

static PyObject *compare(PyObject *module, PyObject *args, PyObject *keywords) {
    (void)module;
    static char *names[] = {"asked", "asked_width", "asked_height", "known", "known_width", "known_height", "tight", "loose",
                            "backend", NULL};
    Py_buffer asked, known;
    const char *name = NULL;
    pair p = {0};
    scene_tolerance t[2];
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "y*ddy*dd(dd)(dd)|z", names, &asked, &p.asked_frame.width,
                                     &p.asked_frame.height, &known, &p.known_frame.width, &p.known_frame.height, &t[0].seeds,
                                     &t[0].agreeing, &t[1].seeds, &t[1].agreeing, &name))
        return NULL;
    PyObject *answer = NULL;
    const scene_backend *backend = backend_called(name);
    if (backend) {
        p.asked_count = count_of(&asked, "asked"), p.known_count = p.asked_count < 0 ? -1 : count_of(&known, "known");
        if (p.known_count >= 0 && !(is_frame(p.asked_frame) && is_frame(p.known_frame) && is_tolerance(t[0]) && is_tolerance(t[1])))
            PyErr_SetString(PyExc_ValueError, "frames or tolerances that no picture has");
        else if (p.known_count >= 0 && (p.asked = features_of(&asked, p.asked_count, "asked")) &&
                 (p.known = features_of(&known, p.known_count, "known")))
            answer = compared(&p, backend, t, 2);
    }
    give_back(&p);
    PyBuffer_Release(&asked), PyBuffer_Release(&known);
    return answer;
}

PyDoc_STRVAR(nearest_doc, "nearest(asked, known, backend=None)\n--\n\n"
                          "The two known features nearest to each asked one, how far they are (uint16, n x 2 each), and the asked\n"
                          "feature nearest to each known one.");

static PyObject *nearest(PyObject *module, PyObject *args, PyObject *keywords) {
    (void)module;
    static char *names[] = {"asked", "known", "backend", NULL};
    Py_buffer asked, known;
    const char *name = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "y*y*|z", names, &asked, &known, &name)) return NULL;
    pair p = {0};
    PyObject *answer = NULL;
    const scene_backend *backend = backend_called(name);
    if (backend) {
        p.asked_count = count_of(&asked, "asked"), p.known_count = p.asked_count < 0 ? -1 : count_of(&known, "known");
        if (p.known_count >= 0 && (p.asked = features_of(&asked, p.asked_count, "asked")) &&
            (p.known = features_of(&known, p.known_count, "known"))) {
            if (!make_room(&p)) PyErr_NoMemory();
            else {
                Py_BEGIN_ALLOW_THREADS
                scene_blocks(p.known, p.known_count, p.blocks);
                backend->nearest(p.asked, p.asked_count, p.blocks, p.known_count, p.found, p.apart, p.back, p.back_apart);
                Py_END_ALLOW_THREADS
                answer = Py_BuildValue("y#y#y#", (char *)p.found, (Py_ssize_t)p.asked_count * 4, (char *)p.apart,
                                       (Py_ssize_t)p.asked_count * 4, (char *)p.back, (Py_ssize_t)p.known_count * 2);
            }
        }
    }
    give_back(&p);
    PyBuffer_Release(&asked), PyBuffer_Release(&known);
    return answer;
}

/* Fills the volume from buffers. 0 with ValueError set where they do not belong together. */
static int is_volume(scene_volume *v, const Py_buffer *cells, const Py_buffer *starts, const Py_buffer *postings,
                     const Py_buffer *dead) {
    v->cells = cells->buf, v->starts = starts->buf, v->postings = postings->buf, v->dead = dead->buf;
    v->cell_count = (size_t)cells->len / 4, v->posting_count = (size_t)postings->len / sizeof(scene_posting);
    v->picture_count = (uint32_t)dead->len;
    int sizes = cells->len % 4 == 0 && starts->len == cells->len + 4 && postings->len % (Py_ssize_t)sizeof(scene_posting) == 0 &&
                v->posting_count < UINT32_MAX && (size_t)dead->len < UINT32_MAX;
    int aligned = ((uintptr_t)cells->buf | (uintptr_t)starts->buf | (uintptr_t)postings->buf) % 4 == 0;
    if (!sizes || !aligned) PyErr_SetString(PyExc_ValueError, "the tables of this volume do not belong together");
    return sizes && aligned;
}

PyDoc_STRVAR(scan_doc,
             "scan(cells, starts, postings, dead, asked, asked_cells, each, crowded, nearest, most, backend=None)\n--\n\n"
             "The pictures of a volume that most features vote for: [(picture, votes)], best first, and how many postings\n"
             "were compared. ValueError where the tables contradict themselves.");

static PyObject *scanned(const scene_volume *v, const Py_buffer *asked_buffer, const Py_buffer *cells, int each,
                         scene_breadth breadth, const scene_backend *backend) {
    int count = count_of(asked_buffer, "asked");
    if (count < 0) return NULL;
    if (each < 1 || each > 1024 || cells->len != (Py_ssize_t)count * each * 4 || (uintptr_t)cells->buf % 4)
        return PyErr_Format(PyExc_ValueError, "%d features need %d cells each", count, each);
    if (breadth.most < 1 || breadth.most > 100000 || breadth.nearest < 1 || breadth.nearest > 100000)
        return PyErr_Format(PyExc_ValueError, "1 to 100000 candidates and nearest can be asked for");
    scene_feature *asked = features_of(asked_buffer, count, "asked");
    scene_candidate *candidates = malloc(breadth.most * sizeof *candidates);
    uint64_t compared = 0;
    int found = -1;
    if (asked && candidates) {
        Py_BEGIN_ALLOW_THREADS
        found = scene_scan(backend, v, asked, count, cells->buf, each, breadth, candidates, &compared);
        Py_END_ALLOW_THREADS
    }
    PyObject *answer = found < 0 ? NULL : PyList_New(found);
    for (int k = 0; answer && k < found; ++k) {
        PyObject *one = Py_BuildValue("II", candidates[k].picture, candidates[k].votes);
        if (!one || PyList_SetItem(answer, k, one)) Py_CLEAR(answer);
    }
    if (found == -2) PyErr_SetString(PyExc_ValueError, "the tables of this volume contradict themselves");
    else if (found == -1 && !PyErr_Occurred()) PyErr_NoMemory();
    free(asked), free(candidates);
    return answer ? Py_BuildValue("NK", answer, (unsigned long long)compared) : NULL;
}

static PyObject *scan(PyObject *module, PyObject *args, PyObject *keywords) {
    (void)module;
    static char *names[] = {"cells", "starts", "postings", "dead", "asked", "asked_cells", "each", "crowded", "nearest", "most",
                            "backend", NULL};
    Py_buffer b[6];
    int each;
    scene_breadth breadth;
    const char *name = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "y*y*y*y*y*y*iIII|z", names, b, b + 1, b + 2, b + 3, b + 4, b + 5, &each,
                                     &breadth.crowded, &breadth.nearest, &breadth.most, &name))
        return NULL;
    scene_volume v;
    const scene_backend *backend = backend_called(name);
    PyObject *answer = backend && is_volume(&v, b, b + 1, b + 2, b + 3) ? scanned(&v, b + 4, b + 5, each, breadth, backend) : NULL;
    for (int k = 0; k < 6; ++k) PyBuffer_Release(b + k);
    return answer;
}

PyDoc_STRVAR(cells_doc, "nearest_cells(features, centroids, most, backend=None)\n--\n\n"
                        "The pairs of cells (uint32, n x most) in which the like of each feature may lie, nearest first.");

static PyObject *nearest_cells(PyObject *module, PyObject *args, PyObject *keywords) {
    (void)module;
    static char *names[] = {"features", "centroids", "most", "backend", NULL};
    Py_buffer features, centroids;
    int most;
    const char *name = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "y*y*i|z", names, &features, &centroids, &most, &name)) return NULL;
    const scene_backend *backend = backend_called(name);
    int count = backend ? count_of(&features, "features") : -1;
    PyObject *answer = NULL;
    if (count >= 0 && (most < 1 || most > SCENE_MOST_CELLS || centroids.len != 2 * SCENE_CELLS * SCENE_HALF))
        PyErr_Format(PyExc_ValueError, "there are 2 x %d centroids, and 1 to %d pairs can be asked for", SCENE_CELLS,
                     SCENE_MOST_CELLS);
    else if (count >= 0 && (answer = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)count * most * 4))) {
        scene_half *halves = malloc(2 * sizeof *halves);
        uint32_t found[SCENE_MOST_CELLS];
        char *to = PyBytes_AsString(answer);
        if (!halves) {
            Py_CLEAR(answer);
            PyErr_NoMemory();
        } else {
            Py_BEGIN_ALLOW_THREADS
            scene_lay_cells(centroids.buf, halves);
            for (int i = 0; i < count; ++i) {
                const char *one = (const char *)features.buf + (size_t)i * sizeof(scene_feature);
                scene_nearest_cells(backend, halves, (const uint8_t *)one + offsetof(scene_feature, numbers), most, found);
                memcpy(to + (size_t)i * most * 4, found, (size_t)most * 4);
            }
            Py_END_ALLOW_THREADS
        }
        free(halves);
    }
    PyBuffer_Release(&features), PyBuffer_Release(&centroids);
    return answer;
}

static PyObject *backends(PyObject *module, PyObject *nothing) {
    (void)module, (void)nothing;
    PyObject *names = PyList_New(0);
    for (int i = 0; names && i < BACKENDS; ++i) {
        if (!all_backends[i]->runs_here()) continue;
        PyObject *name = PyUnicode_FromString(all_backends[i]->name);
        if (!name || PyList_Append(names, name)) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyMethodDef methods[] = {
    {"compare", (PyCFunction)(void (*)(void))compare, METH_VARARGS | METH_KEYWORDS, compare_doc},
    {"nearest", (PyCFunction)(void (*)(void))nearest, METH_VARARGS | METH_KEYWORDS, nearest_doc},
    {"nearest_cells", (PyCFunction)(void (*)(void))nearest_cells, METH_VARARGS | METH_KEYWORDS, cells_doc},
    {"scan", (PyCFunction)(void (*)(void))scan, METH_VARARGS | METH_KEYWORDS, scan_doc},
    {"backends", backends, METH_NOARGS, "backends()\n--\n\nWhat runs on this processor, the fastest last."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef module_of = {
    PyModuleDef_HEAD_INIT, "_scene", "Comparing pictures by local features.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__scene(void) { return PyModuleDef_Init(&module_of); }
