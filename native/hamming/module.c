/* havre.matching._hamming: the Python face of the Hamming kernels (stable ABI, Python >= 3.11).
 *
 * Buffers in, bytes of little-endian u32 triples out. Every argument is checked here; long calls release the GIL.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "hamming/hamming.h"

#include <stdlib.h>

static backend const *const BACKENDS[] = {&hamming_avx512, &hamming_avx2, &hamming_serial}; /* fastest first */
#define BACKEND_COUNT (sizeof BACKENDS / sizeof *BACKENDS)

typedef struct {
    PyObject *corrupt;
    PyObject *segment_type;
    workspace *idle; /* guarded by the GIL */
} module_state;

typedef struct {
    PyObject_HEAD
    Py_buffer body;
    segment of;
} SegmentObject;

static struct PyModuleDef definition;

/* ---- arguments ---- */

static backend const *backend_named(char const *name) {
    for (size_t i = 0; i < BACKEND_COUNT; i++)
        if (BACKENDS[i]->supported() && (!*name || !strcmp(name, BACKENDS[i]->name))) return BACKENDS[i];
    PyErr_Format(PyExc_ValueError, "this machine has no Hamming backend named '%s'", name);
    return NULL;
}

/* A contiguous buffer of whole hashes; how many, or -1. */
static Py_ssize_t hashes_in(Py_buffer const *buffer) {
    if (buffer->len % HASH_BYTES == 0 && (uint64_t)buffer->len / HASH_BYTES <= UINT32_MAX)
        return buffer->len / HASH_BYTES;
    PyErr_Format(PyExc_ValueError, "hashes have 32 bytes each, and %zd bytes are not a whole number of them",
                 buffer->len);
    return -1;
}

static int radius_ok(int radius) {
    if (radius >= 0 && radius <= HASH_BITS) return 1;
    PyErr_Format(PyExc_ValueError, "a radius lies between 0 and 256 bits, not %d", radius);
    return 0;
}

static int triple_order(void const *left, void const *right) {
    hit const *a = left, *b = right;
    if (a->query != b->query) return a->query < b->query ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* The answer of a search, or its error; frees the hits. */
static PyObject *answer(module_state *state, int outcome, hits *found) {
    PyObject *made = NULL;
    if (outcome == NO_MEMORY)
        PyErr_NoMemory();
    else if (outcome == CORRUPT)
        PyErr_SetString(state->corrupt, "an offset or an id of this segment points outside of it");
    else
        made = PyBytes_FromStringAndSize((char const *)found->items, (Py_ssize_t)(found->count * sizeof(hit)));
    hits_free(found);
    return made;
}

/* ---- flat scans ---- */

static PyObject *backends(PyObject *self, PyObject *unused) {
    (void)self, (void)unused;
    PyObject *names = PyList_New(0);
    for (size_t i = 0; names && i < BACKEND_COUNT; i++) {
        if (!BACKENDS[i]->supported()) continue;
        PyObject *name = PyUnicode_FromString(BACKENDS[i]->name);
        if (!name || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

/* What to do with checked buffers while the GIL is released. */
typedef int (*scan)(backend const *with, Py_buffer const *queries, Py_buffer const *rows, Py_ssize_t number, hits *found);

static int scan_within(backend const *with, Py_buffer const *queries, Py_buffer const *rows, Py_ssize_t radius,
                       hits *found) {
    return brute_within(with, rows->buf, (size_t)rows->len / HASH_BYTES, queries->buf,
                        (uint32_t)(queries->len / HASH_BYTES), (int)radius, found);
}

static int scan_nearest(backend const *with, Py_buffer const *queries, Py_buffer const *rows, Py_ssize_t nearest,
                        hits *found) {
    return brute_nearest(with, rows->buf, (size_t)rows->len / HASH_BYTES, queries->buf,
                         (uint32_t)(queries->len / HASH_BYTES), (size_t)nearest, found);
}

static PyObject *scanned(PyObject *self, PyObject *args, char const *format, scan how, int number_is_radius) {
    Py_buffer queries, rows;
    Py_ssize_t number;
    char const *name = "";
    hits found = {0};
    PyObject *made = NULL;
    if (!PyArg_ParseTuple(args, format, &queries, &rows, &number, &name)) return NULL;
    backend const *with = backend_named(name);
    int fine = with && hashes_in(&queries) >= 0 && hashes_in(&rows) >= 0;
    if (fine && number_is_radius) fine = radius_ok(number < 0 || number > HASH_BITS ? -1 : (int)number);
    if (fine && number < 0) {
        PyErr_SetString(PyExc_ValueError, "the number of nearest hashes cannot be negative");
        fine = 0;
    }
    if (fine) {
        int outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = how(with, &queries, &rows, number, &found);
        if (found.count > 1) qsort(found.items, found.count, sizeof(hit), triple_order);
        Py_END_ALLOW_THREADS;
        made = answer(PyModule_GetState(self), outcome, &found);
    }
    PyBuffer_Release(&queries);
    PyBuffer_Release(&rows);
    return made;
}

static PyObject *within(PyObject *self, PyObject *args) {
    return scanned(self, args, "y*y*n|s:within", scan_within, 1);
}

static PyObject *nearest(PyObject *self, PyObject *args) {
    return scanned(self, args, "y*y*n|s:nearest", scan_nearest, 0);
}

static PyObject *join(PyObject *self, PyObject *args) {
    Py_buffer rows;
    int radius;
    char const *name = "";
    hits found = {0};
    PyObject *made = NULL;
    if (!PyArg_ParseTuple(args, "y*i|s:join", &rows, &radius, &name)) return NULL;
    backend const *with = backend_named(name);
    Py_ssize_t count = with ? hashes_in(&rows) : -1;
    if (count >= 0 && radius_ok(radius)) {
        int outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = join_rows(with, rows.buf, (uint32_t)count, radius, &found);
        Py_END_ALLOW_THREADS;
        made = answer(PyModule_GetState(self), outcome, &found);
    }
    PyBuffer_Release(&rows);
    return made;
}

/* ---- segments ---- */

static PyObject *impossible(void) {
    PyErr_SetString(PyExc_ValueError, "there is no segment with these rows, bands and bits");
    return NULL;
}

static PyObject *body_size(PyObject *self, PyObject *args) {
    (void)self;
    unsigned rows, indexed, bands, bits;
    if (!PyArg_ParseTuple(args, "IIII:body_size", &rows, &indexed, &bands, &bits)) return NULL;
    size_t size = segment_body_size(rows, indexed, bands, bits);
    return size ? PyLong_FromSize_t(size) : impossible();
}

static int add_part(PyObject *parts, char const *name, int band_number, size_t at) {
    PyObject *part = band_number < 0 ? Py_BuildValue("(sn)", name, (Py_ssize_t)at) : NULL;
    if (band_number >= 0) {
        PyObject *full = PyUnicode_FromFormat("%s of band %d", name, band_number);
        part = full ? Py_BuildValue("(Nn)", full, (Py_ssize_t)at) : NULL;
    }
    int outcome = part ? PyList_Append(parts, part) : -1;
    Py_XDECREF(part);
    return outcome;
}

static PyObject *body_parts(PyObject *self, PyObject *args) {
    (void)self;
    unsigned rows, indexed, bands, bits;
    segment of;
    if (!PyArg_ParseTuple(args, "IIII:body_parts", &rows, &indexed, &bands, &bits)) return NULL;
    if (segment_layout(&of, rows, indexed, bands, bits) != FINE) return impossible();
    PyObject *parts = PyList_New(0);
    int outcome = parts ? 0 : -1;
    for (unsigned b = 0; b < bands && !outcome; b++) outcome = add_part(parts, "offsets", (int)b, of.band[b].offsets);
    for (unsigned b = 0; b < bands && !outcome; b++)
        outcome = add_part(parts, "residuals", (int)b, of.band[b].residuals);
    for (unsigned b = 1; b < bands && !outcome; b++) outcome = add_part(parts, "ids", (int)b, of.band[b].ids);
    if (!outcome) outcome = add_part(parts, "rows", -1, of.rows_at);
    if (outcome) Py_CLEAR(parts);
    return parts;
}

static PyObject *build(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer hashes, body;
    unsigned indexed, bands, bits;
    PyObject *order = NULL;
    if (!PyArg_ParseTuple(args, "y*IIIw*:build", &hashes, &indexed, &bands, &bits, &body)) return NULL;
    Py_ssize_t rows = hashes_in(&hashes);
    size_t size = rows >= 0 && rows <= MAX_SEGMENT_ROWS ? segment_body_size((uint32_t)rows, indexed, bands, bits) : 0;
    if (rows >= 0 && !size) impossible();
    if (size && (size_t)body.len != size) {
        PyErr_Format(PyExc_ValueError, "the body of this segment has %zu bytes, not %zd", size, body.len);
        size = 0;
    }
    if (size) order = PyBytes_FromStringAndSize(NULL, rows * (Py_ssize_t)sizeof(uint32_t));
    if (order) {
        uint32_t *to = (uint32_t *)(void *)PyBytes_AsString(order);
        int outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = segment_build(hashes.buf, (uint32_t)rows, indexed, bands, bits, body.buf, to);
        Py_END_ALLOW_THREADS;
        if (outcome != FINE) {
            Py_CLEAR(order);
            PyErr_NoMemory();
        }
    }
    PyBuffer_Release(&hashes);
    PyBuffer_Release(&body);
    return order;
}

static PyObject *segment_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    unsigned rows, indexed, bands, bits, parity;
    Py_buffer body;
    if (keywords && PyDict_Size(keywords)) {
        PyErr_SetString(PyExc_TypeError, "Segment takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "y*IIIII:Segment", &body, &rows, &indexed, &bands, &bits, &parity)) return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    SegmentObject *self = (SegmentObject *)allocate(type, 0);
    if (!self) {
        PyBuffer_Release(&body);
        return NULL;
    }
    self->body = body;
    int outcome = segment_open(&self->of, body.buf, (size_t)body.len, rows, indexed, bands, bits, parity);
    if (outcome == FINE) return (PyObject *)self;
    Py_DECREF(self);
    return outcome == NO_MEMORY ? PyErr_NoMemory() : impossible();
}

static void segment_dealloc(PyObject *object) {
    SegmentObject *self = (SegmentObject *)object;
    PyTypeObject *type = Py_TYPE(object);
    segment_close(&self->of);
    if (self->body.obj) PyBuffer_Release(&self->body);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static workspace *take_workspace(module_state *state) {
    workspace *space = state->idle;
    if (space)
        state->idle = space->next;
    else
        space = workspace_new();
    return space;
}

static PyObject *segment_search(SegmentObject *self, PyTypeObject *type, PyObject *const *args, Py_ssize_t count,
                                PyObject *keywords) {
    module_state *state = PyType_GetModuleState(type);
    char const *name = "";
    Py_buffer queries;
    hits found = {0};
    PyObject *made = NULL;
    if ((keywords && PyTuple_Size(keywords)) || count < 2 || count > 3) {
        PyErr_SetString(PyExc_TypeError, "search takes queries, a radius and perhaps a backend's name");
        return NULL;
    }
    long radius = PyLong_AsLong(args[1]);
    if (radius == -1 && PyErr_Occurred()) return NULL;
    if (!radius_ok(radius < 0 || radius > HASH_BITS ? -1 : (int)radius)) return NULL;
    if (count == 3 && !(name = PyUnicode_AsUTF8AndSize(args[2], NULL))) return NULL;
    backend const *with = backend_named(name);
    if (!with || PyObject_GetBuffer(args[0], &queries, PyBUF_SIMPLE) < 0) return NULL;
    Py_ssize_t asked = hashes_in(&queries);
    workspace *space = asked >= 0 ? take_workspace(state) : NULL;
    if (asked >= 0 && !space) PyErr_NoMemory();
    if (space) {
        int outcome;
        Py_BEGIN_ALLOW_THREADS;
        outcome = with->search(&self->of, space, queries.buf, (uint32_t)asked, (int)radius, &found);
        if (found.count > 1) qsort(found.items, found.count, sizeof(hit), triple_order);
        Py_END_ALLOW_THREADS;
        space->next = state->idle;
        state->idle = space;
        made = answer(state, outcome, &found);
    }
    PyBuffer_Release(&queries);
    return made;
}

static PyMethodDef segment_methods[] = {
    {"search", (PyCFunction)(void (*)(void))segment_search, METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
     "search(queries, radius, backend='') -> u32 triples (query, row, distance), sorted by query, distance, row"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot segment_slots[] = {
    {Py_tp_new, (void *)segment_new},
    {Py_tp_dealloc, (void *)segment_dealloc},
    {Py_tp_methods, segment_methods},
    {Py_tp_doc, (void *)"Segment(body, rows, indexed, bands, bits, parity): searches a segment's body in place."},
    {0, NULL},
};

static PyType_Spec segment_spec = {
    .name = "havre.matching._hamming.Segment",
    .basicsize = sizeof(SegmentObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = segment_slots,
};

/* ---- the module ---- */

static PyMethodDef functions[] = {
    {"backends", backends, METH_NOARGS, "Names of the backends this machine can run, fastest first."},
    {"within", within, METH_VARARGS, "within(queries, rows, radius, backend='') -> u32 triples (query, row, distance)"},
    {"nearest", nearest, METH_VARARGS, "nearest(queries, rows, k, backend='') -> u32 triples (query, row, distance)"},
    {"join", join, METH_VARARGS, "join(rows, radius, backend='') -> u32 triples (row, later row, distance), unsorted"},
    {"body_size", body_size, METH_VARARGS, "body_size(rows, indexed, bands, bits) -> bytes of a segment's body"},
    {"body_parts", body_parts, METH_VARARGS, "body_parts(rows, indexed, bands, bits) -> [(name, offset)]"},
    {"build", build, METH_VARARGS, "build(hashes, indexed, bands, bits, body) -> u32 old row of each new row"},
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject *module) {
    module_state *state = PyModule_GetState(module);
    state->corrupt = PyErr_NewException("havre.matching._hamming.Corrupt", PyExc_ValueError, NULL);
    if (!state->corrupt || PyModule_AddObjectRef(module, "Corrupt", state->corrupt) < 0) return -1;
    state->segment_type = PyType_FromModuleAndSpec(module, &segment_spec, NULL);
    if (!state->segment_type) return -1;
    return PyModule_AddObjectRef(module, "Segment", state->segment_type);
}

static int visit(PyObject *module, visitproc visit, void *arg) {
    module_state *state = PyModule_GetState(module);
    Py_VISIT(state->corrupt);
    Py_VISIT(state->segment_type);
    return 0;
}

static int clear(PyObject *module) {
    module_state *state = PyModule_GetState(module);
    Py_CLEAR(state->corrupt);
    Py_CLEAR(state->segment_type);
    return 0;
}

static void release(void *module) {
    module_state *state = PyModule_GetState(module);
    if (!state) return;
    clear(module);
    while (state->idle) {
        workspace *space = state->idle;
        state->idle = space->next;
        workspace_free(space);
    }
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, (void *)fill}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_hamming",     .m_doc = "Exact Hamming search among 256-bit fingerprints.",
    .m_size = sizeof(module_state), .m_methods = functions, .m_slots = module_slots,
    .m_traverse = visit,   .m_clear = clear,         .m_free = release,
};

PyMODINIT_FUNC PyInit__hamming(void) { return PyModuleDef_Init(&definition); }
