"""Seconds of the processor that onnxruntime takes to store a bfloat16 matrix to 4 bits in blocks of 32, as JSON.

The kernel that its MatMulNBitsQuantizer calls, without the ONNX model around it.

    onnxruntime_quantiser.py FILE ROWS ROW_LENGTH CASES

Ends with 3 where numpy or onnxruntime is not there.
"""

import json
import sys
import time

try:
    import numpy as np
    from onnxruntime.capi._pybind_state import quantize_matmul_4bits
except ImportError:
    sys.exit(3)

BLOCK = 32


def main(file: str, rows: int, row_length: int, cases: int) -> None:
    halves = np.fromfile(file, dtype=np.uint16).reshape(rows, row_length)
    values = (halves.astype(np.uint32) << 16).view(np.float32)
    inputs_first = np.ascontiguousarray(values.T)
    blocks = row_length // BLOCK
    seconds = []
    # The first turn starts its threads.
    for _ in range(cases + 1):
        packed = np.zeros((rows, blocks, BLOCK // 2), np.uint8)
        scales = np.zeros(rows * blocks, np.float32)
        zeros = np.zeros(rows * ((blocks + 1) // 2), np.uint8)
        before = time.process_time()
        quantize_matmul_4bits(packed, inputs_first, scales, zeros, BLOCK, rows, row_length, False)
        seconds.append(time.process_time() - before)
    print(json.dumps({"seconds": seconds[1:]}))


main(sys.argv[1], *map(int, sys.argv[2:]))
