# The cocotb side of cocotb.ts: builds the Verilog with Verilator, and runs two coroutines that await every rising edge.
# Invariant: what each coroutine does per cycle is what its twin in ways.ts does. Needs cocotb 1.8 and its runner.

import os
import sys
import time

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge


@cocotb.test()
async def two_tasks(dut):
    cycles = int(os.environ["CYCLES"])
    driven = getattr(dut, os.environ["POKE"])
    watched = getattr(dut, os.environ["PEEK"])
    cocotb.start_soon(Clock(dut.clk, 10, units="ns").start())
    dut.rst.value = 1
    for _ in range(2):
        await RisingEdge(dut.clk)
    dut.rst.value = 0

    async def monitor():
        seen = 0
        for _ in range(cycles):
            await RisingEdge(dut.clk)
            seen ^= watched.value.signed_integer
        return seen

    begin = time.perf_counter()
    task = cocotb.start_soon(monitor())
    for n in range(cycles):
        driven.value = n & 1
        await RisingEdge(dut.clk)
    await task
    with open(os.environ["RESULT"], "w") as file:
        file.write(str((time.perf_counter() - begin) / cycles))


if __name__ == "__main__":
    from cocotb.runner import get_runner

    top, folder, *sources = sys.argv[1:]
    runner = get_runner("verilator")
    flags = ["-O3", "-CFLAGS", "-O3", "--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal"]
    runner.build(verilog_sources=sources, hdl_toplevel=top, build_dir=folder, build_args=flags)
    for _ in range(int(os.environ["ROUNDS"])):
        runner.test(hdl_toplevel=top, test_module="two_tasks", build_dir=folder, test_dir=folder)
