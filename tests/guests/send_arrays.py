# SPDX-License-Identifier: BSD-3-Clause
"""send_arrays.py numpy|driver|cupy|cupy-async: arrays go from an endpoint of UCXX to another, 8 bytes to 1 MiB.

numpy's lie in host memory. The others lie on the device: CuPy's come from cudaMalloc, or from cudaMallocAsync; the
driver's are cuMemAllocAsync's, on the per-thread default stream, by NVIDIA's own bindings for Python.
"""
import asyncio
import os
import sys

# cuMemAllocAsync_ptsz, and its like: what no UCX sees up to 1.22.
os.environ["CUDA_PYTHON_CUDA_PER_THREAD_DEFAULT_STREAM"] = "1"
os.environ["CUPY_CUDA_PER_THREAD_DEFAULT_STREAM"] = "1"

import numpy  # noqa: E402
import ucxx  # noqa: E402


class DriverArray:
    """Bytes of the device, as UCXX takes them."""

    def __init__(self, contents):
        from cuda.bindings import driver
        self.driver, self.size = driver, contents.size
        self.stream = driver.CUstream(2)  # CU_STREAM_PER_THREAD
        self.start = self.check(driver.cuMemAllocAsync(self.size, self.stream))
        self.check(driver.cuMemcpyHtoD(self.start, contents.ctypes.data, self.size))
        self.__cuda_array_interface__ = {
            "data": (int(self.start), False), "shape": (self.size,), "typestr": "|u1", "version": 3}

    @staticmethod
    def check(answer):
        status, *values = answer
        assert int(status) == 0, status
        return values[0] if values else None

    @classmethod
    def start_driver(cls):
        from cuda.bindings import driver
        cls.check(driver.cuInit(0))
        cls.check(driver.cuCtxSetCurrent(cls.check(driver.cuDevicePrimaryCtxRetain(0))))

    def contents(self):
        host = numpy.empty(self.size, "u1")
        self.check(self.driver.cuMemcpyDtoH(host.ctypes.data, self.start, self.size))
        return host

    def free(self):
        self.check(self.driver.cuMemFreeAsync(self.start, self.stream))


class NumpyArray(numpy.ndarray):
    def contents(self):
        return self

    def free(self):
        pass


def cupy_arrays(is_async):
    import cupy
    cupy.cuda.set_allocator(cupy.cuda.malloc_async if is_async else None)  # None: no pool, cudaMalloc each time

    class CupyArray(cupy.ndarray):
        def contents(self):
            return self.get()

        def free(self):
            pass

    return lambda contents: cupy.asarray(contents).view(CupyArray)


def maker(kind):
    if kind == "driver":
        DriverArray.start_driver()
        return DriverArray
    if kind.startswith("cupy"):
        return cupy_arrays(kind == "cupy-async")
    return lambda contents: contents.copy().view(NumpyArray)


async def main(kind):
    make = maker(kind)
    ucxx.init()
    async def answer(endpoint):
        for size in sizes:
            array = make(numpy.zeros(size, "u1"))
            await endpoint.recv(array)
            await endpoint.send(array)
            array.free()
        await endpoint.close()

    sizes = [8, 64, 512, 4096, 64 << 10, 1 << 20] * 10
    listener = ucxx.create_listener(answer)
    endpoint = await ucxx.create_endpoint("127.0.0.1", listener.port)
    for number, size in enumerate(sizes):
        wanted = (numpy.arange(size) + number).astype("u1")
        sent, received = make(wanted), make(numpy.zeros(size, "u1"))
        await endpoint.send(sent)
        await endpoint.recv(received)
        assert (received.contents() == wanted).all(), size
        sent.free()
        received.free()
    await endpoint.close()
    while listener.active_clients:
        await asyncio.sleep(0.01)
    listener.close()
    print("all right")


asyncio.run(main(sys.argv[1]))
