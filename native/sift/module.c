/* havre.fingerprints._sift: the SIFT kernel for Python. Every argument is checked here; the kernel trusts it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sift.h"

/* ---- work memory: each thread keeps what its last call needed, up to KEPT ---- */

enum { ALIGNED = 64, KEPT = 64 << 20 };

static pthread_key_t kept_key;
static pthread_once_t kept_once = PTHREAD_ONCE_INIT;
static int kept_failed;

static void give_back(void *memory) { free(memory); }
static void make_key(void) { kept_failed = pthread_key_create(&kept_key, give_back); }

/* Aligned memory of at least so many bytes, whose size stands before it; NULL if there is none. */
static char *take_memory(size_t bytes) {
    pthread_once(&kept_once, make_key);
    size_t *kept = kept_failed ? NULL : pthread_getspecific(kept_key);
    if (kept && *kept >= bytes) {
        pthread_setspecific(kept_key, NULL);
        return (char *)kept + ALIGNED;
    }
    bytes = (bytes + ALIGNED - 1) / ALIGNED * ALIGNED;
    size_t *made = aligned_alloc(ALIGNED, ALIGNED + bytes);
    if (!made) return NULL;
    *made = bytes;
    return (char *)made + ALIGNED;
}

/* Keeps the memory for the thread's next call, or gives it back. */
static void leave_memory(char *memory) {
    size_t *made = (size_t *)(void *)(memory - ALIGNED);
    if (*made > KEPT || kept_failed) {
        free(made);
        return;
    }
    free(pthread_getspecific(kept_key));
    if (pthread_setspecific(kept_key, made)) free(made);
}

/* The named backend, or the fastest one here if no name is given; NULL with ValueError set. */
static const sift_backend_t *backend_called(const char *name) {
    for (int i = sift_backend_count - 1; i >= 0; --i) {
        if (!sift_backends[i].runs_here()) continue;
        if (!name || strcmp(name, sift_backends[i].name) == 0) return &sift_backends[i];
    }
    PyErr_Format(PyExc_ValueError, "no backend called %s on this processor", name);
    return NULL;
}

/* Whether `length` bytes hold height rows of width pixels, stride bytes apart; ValueError set if not. */
static int holds_picture(Py_ssize_t length, int height, int width, int channels, Py_ssize_t stride) {
    Py_ssize_t row = (Py_ssize_t)width * channels;
    if (height < 1 || width < 1 || height > SIFT_MAX_SIDE || width > SIFT_MAX_SIDE)
        return PyErr_Format(PyExc_ValueError, "a side must be 1 to %d pixels, not %d x %d", SIFT_MAX_SIDE, width,
                            height), 0;
    if (channels != 1 && channels != 3 && channels != 4)
        return PyErr_Format(PyExc_ValueError, "a pixel has 1, 3 or 4 channels, not %d", channels), 0;
    if (stride < row || stride > PY_SSIZE_T_MAX / SIFT_MAX_SIDE)
        return PyErr_Format(PyExc_ValueError, "a row of %zd bytes does not fit a stride of %zd", row, stride), 0;
    if (length < stride * (height - 1) + row)
        return PyErr_Format(PyExc_ValueError, "%zd bytes are too few for this picture", length), 0;
    return 1;
}

static int lies_in(const char *what, double value, double least, double most) {
    char text[128];
    if (value >= least && value <= most) return 1;
    PyOS_snprintf(text, sizeof text, "%s must be %g to %g, not %g", what, least, most, value);
    PyErr_SetString(PyExc_ValueError, text);
    return 0;
}

static int are_good(const sift_options_t *o) {
    return lies_in("most", o->most, 1, SIFT_MAX_KEYPOINTS) && lies_in("side", o->side, 1, SIFT_MAX_SIDE)
           && lies_in("layers", o->layers, SIFT_MIN_LAYERS, SIFT_MAX_LAYERS)
           && lies_in("turns", o->turns, 1, SIFT_MAX_TURNS) && lies_in("spread", o->spread, 0, 100)
           && lies_in("pooled", o->pooled, 1, SIFT_MAX_POOLED) && lies_in("sigma", o->sigma, 1.2, 3.2)
           && lies_in("contrast", o->contrast, 0, 1) && lies_in("edge", o->edge, 1, 1000);
}

static PyObject *extract(PyObject *self, PyObject *args, PyObject *names) {
    static char *words[] = {"", "", "", "", "", "most", "side", "spread", "doubled", "upright", "turns", "pooled",
                            "layers", "sigma", "contrast", "edge", "backend", NULL};
    Py_buffer pixels;
    int height, width, channels, count = 0, reduced_width, reduced_height;
    Py_ssize_t stride;
    const char *name = NULL;
    const sift_backend_t *backend;
    char *work = NULL;
    sift_keypoint_t *found = NULL;
    PyObject *answer = NULL;
    sift_options_t o = {.most = 500, .side = SIFT_MAX_SIDE, .layers = 3, .doubled = 1, .turns = 4,
                        .pooled = 1, .sigma = 1.6, .contrast = 0.01, .edge = 12};
    (void)self;
    if (!PyArg_ParseTupleAndKeywords(args, names, "y*iiin|$iiippiiidddz:extract", words, &pixels, &height, &width,
                                     &channels, &stride, &o.most, &o.side, &o.spread, &o.doubled, &o.upright, &o.turns,
                                     &o.pooled, &o.layers, &o.sigma, &o.contrast, &o.edge, &name))
        return NULL;
    if (!holds_picture(pixels.len, height, width, channels, stride) || !are_good(&o)) goto done;
    if (!(backend = backend_called(name))) goto done;
    sift_reduced(width, height, o.side, &reduced_width, &reduced_height);
    size_t bytes = sift_work_bytes(width, height, &o);
    if (!bytes) {
        PyErr_Format(PyExc_ValueError, "%d x %d pixels are more than the %d of a pyramid: reduce the side",
                     reduced_width, reduced_height, SIFT_MAX_PIXELS / (o.doubled ? 4 : 1));
        goto done;
    }
    work = take_memory(bytes + (size_t)o.most * sizeof *found);
    if (!work) {
        PyErr_NoMemory();
        goto done;
    }
    found = (sift_keypoint_t *)(void *)(work + bytes);
    Py_BEGIN_ALLOW_THREADS
    count = sift_extract(pixels.buf, width, height, channels, stride, &o, backend, work, found);
    Py_END_ALLOW_THREADS
    answer = Py_BuildValue("y#ii", (const char *)found, (Py_ssize_t)((size_t)count * sizeof *found), reduced_width,
                           reduced_height);
done:
    if (work) leave_memory(work);
    PyBuffer_Release(&pixels);
    return answer;
}

static PyObject *backends(PyObject *self, PyObject *args) {
    PyObject *names = PyList_New(0);
    (void)self, (void)args;
    for (int i = 0; names && i < sift_backend_count; ++i) {
        if (!sift_backends[i].runs_here()) continue;
        PyObject *name = PyUnicode_FromString(sift_backends[i].name);
        if (!name || PyList_Append(names, name)) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyMethodDef methods[] = {
    {"extract", (PyCFunction)(void (*)(void))extract, METH_VARARGS | METH_KEYWORDS,
     "extract(pixels, height, width, channels, stride, *, most=500, side=65535, spread=0, doubled=True,\n"
     "upright=False, turns=4, pooled=1, layers=3, sigma=1.6, contrast=0.01, edge=12.0, backend=None)\n"
     "-> (148 bytes for each keypoint, width and height after the reduction)"},
    {"backends", backends, METH_NOARGS, "backends() -> names of the backends this processor runs, slowest first"},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_sift", "SIFT keypoints and RootSIFT descriptors.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__sift(void) { return PyModuleDef_Init(&module); }
