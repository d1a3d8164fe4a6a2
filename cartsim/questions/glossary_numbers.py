"""The words of curves and models: rates and half-lives, equations, solvers, chance and cohorts."""

from __future__ import annotations

from .glossary_entry import Entry

_CURVES, _MODELS, _SOLVER, _MANY = "reading a curve", "models", "solvers", "many patients"

# fmt: off
NUMBERS: tuple[Entry, ...] = (
    Entry("amount", "How much of something there is, in cells or milligrams: not how fast it " "changes.",
          _CURVES, unit="cells, mg, pg/mL", see=("rate",)),
    Entry("rate", "How fast something happens. A rate is in something per time; a rate constant, "
          "which multiplies an amount, in one per time.", _CURVES, also=("rate constant",),
          unit="cells/day, or 1/day", see=("half-life", "flux")),
    Entry("half-life", "The time in which half is lost: ln 2 (0.693) divided by the rate constant of "
          "loss.", _CURVES, unit="days", readouts=("contraction_half_life", "terminal_half_life"),
          see=("rate", "doubling time")),
    Entry("doubling time", "The time in which an amount doubles: ln 2 (0.693) divided by the rate constant"
          " of growth.", _CURVES, unit="days", readouts=("doubling_time",), see=("rate", "half-life")),
    Entry("log scale", "An axis on which each step is a factor. Exponential growth is a straight line "
          "on it, and there is no zero.", _CURVES, also=("logarithmic axis", "log axis", "log10"),
          see=("detection limit",)),
    Entry("Cmax", "The highest level, here of CAR-T cells after the infusion.", _CURVES, also=("peak",),
          unit="cells, cells/uL or copies/ug", readouts=("cmax",)),
    Entry("Tmax", "The day of the highest level, counted from the infusion.", _CURVES, unit="days",
          readouts=("tmax",)),
    Entry("AUC", "The area under a curve: how much for how long. For CAR-T cells usually over "
          "the first 28 days.", _CURVES, also=("area under the curve", "AUC0-28"), unit="level times days",
          readouts=("auc_0_28",)),
    Entry("fold expansion", "The peak divided by where it began: a number without unit.", _CURVES,
          readouts=("fold_expansion",)),
    Entry("nadir", "The lowest point of a curve.", _CURVES,
          readouts=("tumour_nadir", "tumour_nadir_day", "neutrophil_nadir", "platelet_nadir")),
    Entry("log kill", "By how many powers of ten the tumour shrinks: log10 of before over after.", _CURVES,
          also=("log10 kill",), unit="powers of ten", readouts=("log10_kill",)),
    Entry("copies/ug", "How CAR-T cells are often counted: copies of the CAR's gene in a microgram of "
          "DNA from blood.", _CURVES, also=("copies per microgram", "transgene copies"), unit="copies/ug"),
    Entry("cells/uL", "How blood cells are counted: cells in one microlitre of blood, a "
          "concentration. The number in the body is larger by the volume that they are " "spread over.",
          _CURVES, also=("cells per microlitre",), unit="cells/uL"),
    Entry("detection limit", "Below it a measurement says only: less than that.", _CURVES,
          also=("limit of quantification", "LLOQ")),
    Entry("model", "A list of processes in numbers: what flows where, and how fast. It is as true "
          "as its assumptions.", _MODELS, see=("process", "species", "parameter")),
    Entry("species", "An amount that changes with time, one for each equation: a kind of cell, a "
          "cytokine.", _MODELS, also=("state", "state variable")),
    Entry("process", "One thing that happens, such as division or killing: one arrow of the diagram,"
          " one term of the equations.", _MODELS, see=("flux",)),
    Entry("flux", "How much a process moves per time, now. What adds and what removes decides "
          "where a curve goes.", _MODELS, also=("fluxes",), unit="cells/day"),
    Entry("parameter", "A number of the model that stays the same during a run, such as a rate "
          "constant.", _MODELS, also=("parameters",)),
    Entry("logistic growth", "Growth that slows as a ceiling comes near.", _MODELS,
          also=("carrying capacity", "ceiling")),
    Entry("saturation", "More of the cause, but hardly more of the effect: at half of the fastest where"
          " the amount equals its constant K.", _MODELS,
          also=("Hill function", "Michaelis-Menten", "saturating")),
    Entry("steady state", "A point at which all gains and losses cancel: nothing changes any more.",
          _MODELS, also=("equilibrium",)),
    Entry("ODE", "An equation for how fast an amount changes, given what is there now.", _MODELS,
          also=("ordinary differential equation", "differential equation")),
    Entry("calibration", "Choosing numbers so that the model gives what was measured. That it then "
          "agrees is no prediction.", _MODELS, also=("fit", "fitting", "calibrated")),
    Entry("solver", "The program that walks along the curve in steps, from the equations and the " "start.",
          _SOLVER, also=("integrator",), see=("step size", "tolerance")),
    Entry("step size", "How far a solver goes at once. Smaller steps are more exact and take longer.",
          _SOLVER, also=("step",)),
    Entry("Euler method", "The simplest solver: go straight on along the slope of now, for one step.",
          _SOLVER, also=("Euler", "forward Euler")),
    Entry("tolerance", "The error that a solver may make in a step: relative to the amount (rtol), or "
          "in its unit (atol).", _SOLVER, also=("rtol", "atol")),
    Entry("stiff", "A system with very quick and very slow processes together. A simple solver "
          "must creep.", _SOLVER, also=("stiffness",)),
    Entry("extinction", "A population falls below one cell and is gone. Equations alone would let it "
          "grow back from a thousandth of a cell.", _SOLVER, also=("extinct", "extinct_below"),
          unit="cells"),
    Entry("stochastic", "Events such as a division happen by chance; with few cells, no two runs are "
          "alike.", _SOLVER, also=("chance", "stochastic simulation")),
    Entry("cohort", "Many virtual patients who differ as real ones do, in numbers that are drawn at"
          " random.", _MANY, also=("virtual patients", "virtual cohort")),
    Entry("median", "Half of the patients lie above it, half below.", _MANY),
    Entry("quantile", "The 5 % quantile: one patient in twenty lies below it.", _MANY,
          also=("percentile",)),
    Entry("Kaplan-Meier curve", "The share of patients without an event so far, against time.", _MANY,
          also=("survival curve", "Kaplan-Meier"), readouts=("event_free_days",)),
    Entry("censored", "A patient without the event when the watching ended: longer than that, and we "
          "do not know how much.", _MANY, also=("censoring",)),
    Entry("seed", "A number that fixes what a random generator draws, so that a run can be " "repeated.",
          _MANY),
)
# fmt: on
