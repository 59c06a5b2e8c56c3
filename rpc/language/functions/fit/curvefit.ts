/**
 * CURVEFIT, a program in the command language itself: it calls the user's procedure, and is metered
 * as the user's own programs are.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { Refusal } from "../../values/error.ts";

/**
 * IDL manual, "CURVEFIT": gradient expansion by Marquardt's method (Bevington, "Data Reduction and
 * Error Analysis for the Physical Sciences").
 */
export const CURVEFIT_PROGRAM =
  `function curvefit, x, y, weights, a, sigma, chisq=chisq, double=double, fita=fita, $
    function_name=function_name, iter=iter, itmax=itmax, noderivative=noderivative, $
    status=status, tol=tol, yerror=yerror
  if n_elements(function_name) eq 0 then function_name = 'funct'
  if n_elements(itmax) eq 0 then itmax = 20
  if n_elements(tol) eq 0 then tol = 1d-3
  wide = keyword_set(double) || size(x, /type) eq 5 || size(y, /type) eq 5 || size(a, /type) eq 5
  points = n_elements(y)
  terms = n_elements(a)
  fitted = n_elements(fita) eq 0 ? lindgen(terms) : where(fita ne 0, count)
  if fitted[0] lt 0 then message, 'No parameter is to be fitted.'
  free = points - n_elements(fitted)
  if free le 0 then message, 'Not enough data points.'
  w = n_elements(weights) eq 0 ? replicate(1d, points) : replicate(1d, points) * weights
  values = double(a)
  diagonal = lindgen(n_elements(fitted)) * (n_elements(fitted) + 1)
  lambda = 1d-3
  status = 1
  for iter = 1, itmax do begin
    slopes = 0
    if keyword_set(noderivative) then begin
      call_procedure, function_name, x, values, fit
      slopes = dblarr(points, terms)
      for k = 0, terms - 1 do begin
        moved = values
        step = 1.5d-8 * abs(values[k])
        if step eq 0 then step = 1.5d-8
        moved[k] = values[k] + step
        call_procedure, function_name, x, moved, other
        slopes[0, k] = reform((double(other) - double(fit)) / step, points)
      endfor
    endif else call_procedure, function_name, x, values, fit, slopes
    if n_elements(slopes) ne points * terms then message, function_name + $
      ' gives no partial derivatives: use /NODERIVATIVE.'
    own = double(reform(slopes, points, terms))
    own = own[*, fitted]
    residues = double(reform(y, points)) - double(reform(fit, points))
    heavy = own
    for k = 0, n_elements(fitted) - 1 do heavy[*, k] = own[*, k] * w
    alpha = transpose(own) # heavy
    beta = reform(transpose(heavy) # residues)
    before = total(w * residues ^ 2) / free
    if before lt total(abs(y)) / 1d7 / free then begin
      status = 0
      break
    endif
    tries = 0
    repeat begin
      matrix = alpha
      matrix[diagonal] = alpha[diagonal] * (1 + lambda)
      inverse = invert(matrix, failed, /double)
      moved = values
      if failed eq 0 then moved[fitted] = values[fitted] + reform(inverse # beta)
      call_procedure, function_name, x, moved, other
      after = total(w * (double(y) - double(other)) ^ 2) / free
      lambda = lambda * 10
      tries = tries + 1
    endrep until (failed eq 0 && after le before) || tries ge 30
    if tries ge 30 && ~(after le before) then begin
      status = finite(after) ? 0 : 1
      break
    endif
    lambda = lambda / 100
    values = moved
    fit = other
    change = (before - after) / before
    before = after
    if change le tol then begin
      status = 0
      break
    endif
  endfor
  if status eq 1 && iter gt itmax then begin
    status = 2
    iter = itmax
  endif
  chisq = wide ? before : float(before)
  covariance = invert(alpha, /double)
  spread = dblarr(terms)
  spread[fitted] = sqrt(abs(covariance[diagonal]))
  yerror = sqrt(total((double(y) - double(fit)) ^ 2) / free)
  sigma = wide ? spread : float(spread)
  a = wide ? values : float(values)
  return, wide ? double(fit) : float(fit)
end
`;

/** The routines of this file. */
export const CURVE_FITS: readonly NamedRoutine[] = [
  define(
    "curvefit(x, y, weights, a, [>sigma], CHISQ=>, /DOUBLE, FITA=, FUNCTION_NAME=, ITER=>, " +
      "ITMAX=, /NODERIVATIVE, STATUS=>, TOL=, YERROR=>)",
    {
      summary:
        "A fit of the function that a procedure of the program computes: PRO f, x, a, y, pder",
      departs:
        "CHISQ is always chi-square for each degree of freedom; SIGMA is of the fitted point",
      sketch: () => ({ count: Infinity, bytes: 8 }),
      run: () => {
        throw new Refusal("value", "CURVEFIT cannot be called in this way");
      },
    },
  ),
];
