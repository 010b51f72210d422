/* havre.fingerprints._pdq: the PDQ kernel for Python. Every argument is checked here; the kernel trusts its caller. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "pdq.h"

/* The named backend, or the fastest one here if no name is given; NULL with ValueError set. */
static const pdq_backend_t *backend_called(const char *name) {
    for (int i = pdq_backend_count - 1; i >= 0; --i) {
        if (!pdq_backends[i].runs_here()) continue;
        if (!name || strcmp(name, pdq_backends[i].name) == 0) return &pdq_backends[i];
    }
    PyErr_Format(PyExc_ValueError, "no backend called %s on this processor", name);
    return NULL;
}

/* Whether `length` bytes hold height rows of width pixels, stride bytes apart; ValueError set if not. */
static int holds_picture(Py_ssize_t length, int height, int width, int channels, Py_ssize_t stride) {
    Py_ssize_t row = (Py_ssize_t)width * channels;
    if (height < 1 || width < 1 || height > PDQ_MAX_SIDE || width > PDQ_MAX_SIDE)
        return PyErr_Format(PyExc_ValueError, "a side must be 1 to %d pixels, not %d x %d", PDQ_MAX_SIDE, width, height), 0;
    if (channels != 1 && channels != 3 && channels != 4)
        return PyErr_Format(PyExc_ValueError, "a pixel has 1, 3 or 4 channels, not %d", channels), 0;
    if (stride < row || stride > PY_SSIZE_T_MAX / PDQ_MAX_SIDE)
        return PyErr_Format(PyExc_ValueError, "a row of %zd bytes does not fit a stride of %zd", row, stride), 0;
    if (length < stride * (height - 1) + row)
        return PyErr_Format(PyExc_ValueError, "%zd bytes are too few for this picture", length), 0;
    return 1;
}

static PyObject *fingerprint(PyObject *self, PyObject *args) {
    Py_buffer pixels;
    int height, width, channels, quality = 0;
    Py_ssize_t stride;
    const char *name = NULL;
    uint8_t hashes[PDQ_ORIENTATIONS][PDQ_BYTES];
    char *work = NULL;
    const pdq_backend_t *backend;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*iiin|z:fingerprint", &pixels, &height, &width, &channels, &stride, &name)) return NULL;
    if (!holds_picture(pixels.len, height, width, channels, stride) || !(backend = backend_called(name))) goto failed;
    if (!(work = calloc(pdq_work_bytes(width, height) + 64, 1))) {
        PyErr_NoMemory();
        goto failed;
    }
    Py_BEGIN_ALLOW_THREADS
    pdq_t pdq;
    pdq_begin(&pdq, width, height, channels, work + (64 - (uintptr_t)work % 64), backend);
    pdq_rows(&pdq, pixels.buf, height, stride);
    quality = pdq_finish(&pdq, hashes);
    Py_END_ALLOW_THREADS
    free(work);
    PyBuffer_Release(&pixels);
    return Py_BuildValue("y#i", (const char *)hashes, (Py_ssize_t)sizeof hashes, quality);
failed:
    PyBuffer_Release(&pixels);
    return NULL;
}

/* Whether `length` bytes hold `rows` rows of `row` bytes, stride bytes apart; ValueError set if not. */
static int holds_plane(Py_ssize_t length, int rows, int row, Py_ssize_t stride) {
    if (stride >= row && stride <= PY_SSIZE_T_MAX / PDQ_MAX_SIDE && length >= stride * (rows - 1) + row) return 1;
    return PyErr_Format(PyExc_ValueError, "%zd bytes, %zd a row, do not hold %d rows of %d", length, stride, rows, row), 0;
}

static PyObject *film(PyObject *self, PyObject *args) {
    Py_buffer y, u, v;
    pdq_planes_t p;
    Py_ssize_t y_stride, uv_stride;
    int every = 0, quality = 0;
    const char *name = NULL;
    uint8_t hashes[PDQ_ORIENTATIONS][PDQ_BYTES];
    char *work = NULL;
    const pdq_backend_t *backend;
    PyObject *made = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*iinnp|pz:film", &y, &u, &v, &p.height, &p.width, &y_stride, &uv_stride, &p.full,
                          &every, &name))
        return NULL;
    if (!pdq_film_work_bytes(p.width, p.height)) {
        PyErr_Format(PyExc_ValueError, "a side must be 1 to %d pixels, not %d x %d", PDQ_MAX_SIDE, p.width, p.height);
        goto done;
    }
    int rows = (p.height + 1) / 2, row = (p.width + 1) / 2;
    if (!holds_plane(y.len, p.height, p.width, y_stride) || !holds_plane(u.len, rows, row, uv_stride) ||
        !holds_plane(v.len, rows, row, uv_stride) || !(backend = backend_called(name)))
        goto done;
    if (!(work = malloc(pdq_film_work_bytes(p.width, p.height) + 64))) {
        PyErr_NoMemory();
        goto done;
    }
    p.y = y.buf, p.u = u.buf, p.v = v.buf, p.y_stride = y_stride, p.uv_stride = uv_stride;
    Py_BEGIN_ALLOW_THREADS
    quality = pdq_film_frame(&p, hashes, every ? PDQ_WAYS : 1, work + (64 - (uintptr_t)work % 64), backend);
    Py_END_ALLOW_THREADS
    free(work);
    made = Py_BuildValue("y#i", (const char *)hashes, (Py_ssize_t)(every ? PDQ_ORIENTATIONS : 1) * PDQ_BYTES, quality);
done:
    PyBuffer_Release(&y);
    PyBuffer_Release(&u);
    PyBuffer_Release(&v);
    return made;
}

static PyObject *backends(PyObject *self, PyObject *args) {
    PyObject *names = PyList_New(0);
    (void)self, (void)args;
    for (int i = 0; names && i < pdq_backend_count; ++i) {
        if (!pdq_backends[i].runs_here()) continue;
        PyObject *name = PyUnicode_FromString(pdq_backends[i].name);
        if (!name || PyList_Append(names, name)) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyMethodDef methods[] = {
    {"fingerprint", fingerprint, METH_VARARGS,
     "fingerprint(pixels, height, width, channels, stride, backend=None) -> (256 bytes: the hashes of the 8 orientations, quality)"},
    {"film", film, METH_VARARGS,
     "film(y, u, v, height, width, y_stride, uv_stride, full, every_way=False, backend=None) -> (the hash of a 4:2:0 frame,"
     " or of its 8 orientations, quality)"},
    {"backends", backends, METH_NOARGS, "backends() -> names of the backends this processor runs, slowest first"},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_pdq", "PDQ perceptual hash.", 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__pdq(void) { return PyModuleDef_Init(&module); }
