"""Evaluates numpy's side of the cases: one statement list on each line in, one JSON line out."""
import json
import sys

import numpy as np
import scipy.interpolate as si
import scipy.ndimage as nd
import scipy.optimize as so

for line in sys.stdin:
    *statements, expression = json.loads(line).split(";")
    scope = {"np": np, "nd": nd, "si": si, "so": so}
    for statement in statements:
        exec(statement, scope)
    value = np.asarray(eval(expression, scope))
    numbers = [str(number) for number in value.astype("f8").ravel().tolist()]
    print(json.dumps({"shape": list(value.shape)[::-1], "data": numbers}))
