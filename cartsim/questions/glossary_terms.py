"""The words of the field: the treatment, the cells, the tumour, what the patient feels, the care."""

from __future__ import annotations

from .glossary_entry import Entry

_TREATMENT, _CELLS, _TUMOUR = "the treatment, step by step", "cells and signals", "the tumour"
_HARM, _BLOOD, _CARE = "fever, blood pressure, brain", "blood counts", "care"

# fmt: off
TERMS: tuple[Entry, ...] = (
    Entry("CAR-T cell", "A T cell that was given the gene of a CAR and so recognises one chosen "
          "antigen.", _TREATMENT, also=("CAR T cell", "CAR T", "CAR-T"), unit="cells, or cells/uL of blood",
          roles=("car_t", "effector_car_t", "memory_car_t", "exhausted_car_t"),
          readouts=("cmax", "tmax", "auc_0_28"), see=("CAR", "effector cell", "memory cell", "expansion")),
    Entry("CAR", "The receptor itself: outside a part that binds the antigen, inside the parts "
          "that tell the T cell to kill and to divide.", _TREATMENT, also=("chimeric antigen receptor",),
          see=("co-stimulation", "antigen")),
    Entry("leukapheresis", "White blood cells are collected from the patient's blood; the rest is given "
          "back.", _TREATMENT, also=("apheresis",), roles=("culture",), see=("vein-to-vein time",)),
    Entry("transduction", "A virus that cannot multiply carries the gene of the CAR into the collected T "
          "cells. Only a share of them takes it up.", _TREATMENT,
          also=("genetic modification", "transduced"), unit="share of cells", roles=("cultured_car_t",),
          see=("CAR", "vector")),
    Entry("vector", "What carries a gene into a cell, here a virus that cannot multiply.", _TREATMENT,
          see=("transduction",)),
    Entry("manufacturing", "What happens to the cells outside the body: gene transfer, growth in culture, "
          "harvest, freezing, tests of quality.", _TREATMENT,
          also=("culture", "expansion in the laboratory"), roles=("culture", "cultured_car_t", "bag"),
          see=("vein-to-vein time",)),
    Entry("vein-to-vein time", "Days from leukapheresis to infusion. The tumour does not wait.", _TREATMENT,
          unit="days", see=("bridging", "manufacturing")),
    Entry("bridging", "Treatment that holds the tumour back while the cells are made.", _TREATMENT,
          also=("bridging chemotherapy",), roles=("chemotherapy",)),
    Entry("lymphodepletion", "A short chemotherapy before the infusion (usually fludarabine and "
          "cyclophosphamide). It makes room and leaves growth signals such as interleukin"
          " 15 to the CAR-T cells.", _TREATMENT, also=("conditioning", "conditioning chemotherapy"),
          roles=("fludarabine", "cyclophosphamide", "t_cells"), see=("IL-15",)),
    Entry("infusion", "The CAR-T cells are given into a vein. Its day is day 0.", _TREATMENT,
          unit="CAR-T cells", roles=("infused",), see=("dose",)),
    Entry("dose", "How many CAR-T cells are given: an amount. Unlike a drug, they multiply "
          "afterwards, so the dose says less about the peak than the tumour that they meet.", _TREATMENT,
          unit="cells", roles=("infused",), see=("fold expansion",)),
    Entry("antigen", "A molecule by which a cell is recognised, such as CD19 on B cells, BCMA on "
          "plasma cells or GD2 on neuroblastoma cells.", _CELLS,
          also=("CD19", "BCMA", "GD2", "target antigen"),
          roles=("antigen_positive_tumour", "antigen_negative_tumour"), see=("antigen loss",)),
    Entry("co-stimulation", "A second signal inside the CAR. With CD28 cells expand faster and are gone "
          "sooner; with 4-1BB they expand more slowly and stay longer.", _CELLS,
          also=("CD28", "4-1BB", "co-stimulatory domain"), roles=("car_t",), see=("persistence",)),
    Entry("effector cell", "A CAR-T cell that kills and divides, and lives for days to weeks.", _CELLS,
          also=("effector", "effectors"), unit="cells", roles=("effector_car_t",)),
    Entry("memory cell", "A CAR-T cell at rest that lives for months to years and becomes an effector "
          "when antigen returns.", _CELLS, also=("memory",), unit="cells", roles=("memory_car_t",),
          see=("surveillance", "recall")),
    Entry("exhaustion", "A CAR-T cell that has been stimulated for too long kills and divides no more.",
          _CELLS, also=("exhausted", "exhausted cell"), unit="cells", roles=("exhausted_car_t",)),
    Entry("expansion", "CAR-T cells that meet antigen divide, in a week or two by a factor of hundreds"
          " or thousands.", _CELLS, unit="cells", roles=("car_t",),
          readouts=("cmax", "tmax", "fold_expansion", "doubling_time"), see=("contraction", "phase")),
    Entry("contraction", "Once the antigen is gone most effectors die, within days to weeks.", _CELLS,
          roles=("car_t",), readouts=("contraction_half_life",), see=("persistence",)),
    Entry("persistence", "The few CAR-T cells that remain for months to years.", _CELLS, unit="days",
          roles=("memory_car_t",), readouts=("persistence", "terminal_half_life"), see=("surveillance",)),
    Entry("phase", "Part of the CAR-T curve: distribution, expansion, contraction, persistence. In"
          " each, another process decides.", _CELLS, also=("phases",), roles=("car_t",)),
    Entry("surveillance", "Memory cells keep watch: tumour cells with the antigen that come back are "
          "killed early.", _CELLS, roles=("memory_car_t",), see=("rechallenge",)),
    Entry("recall", "A memory cell meets antigen and becomes an effector again.", _CELLS,
          roles=("memory_car_t",)),
    Entry("killing", "A CAR-T cell binds a target cell and makes it die. One cell kills several in "
          "turn; when targets are many, killing saturates.", _CELLS, also=("cytotoxicity",),
          unit="cells/day", see=("saturation",)),
    Entry("bystander killing", "Tumour cells without the antigen die near the fight, from cytokines.",
          _CELLS, also=("bystander",), roles=("antigen_negative_tumour",)),
    Entry("cytokine", "A protein with which cells signal to one another. Activated CAR-T cells "
          "release some and set other immune cells off.", _CELLS, also=("cytokines",), unit="pg/mL",
          roles=("ifn_gamma", "il6", "il10", "il15"), see=("CRS",)),
    Entry("interferon gamma", "A cytokine that activated T cells release. It activates macrophages.",
          _CELLS, also=("IFN-gamma", "IFNg"), unit="pg/mL", roles=("ifn_gamma",),
          readouts=("ifn_gamma_peak", "ifn_gamma_peak_day")),
    Entry("IL-6", "A cytokine, much of it from macrophages; it stands behind much of the fever of" " CRS.",
          _CELLS, also=("interleukin 6", "IL6"), unit="pg/mL", roles=("il6",),
          readouts=("il6_peak", "il6_peak_day"), see=("tocilizumab",)),
    Entry("IL-10", "A cytokine that calms other immune cells.", _CELLS, also=("interleukin 10", "IL10"),
          unit="pg/mL", roles=("il10",)),
    Entry("IL-15", "A growth signal of T cells. It rises when few T cells are left to use it.", _CELLS,
          also=("interleukin 15", "IL15"), unit="pg/mL", roles=("il15",), see=("lymphodepletion",)),
    Entry("macrophage", "An immune cell that eats debris. Activated, it releases IL-6 and more.", _CELLS,
          also=("macrophages",), roles=("il6",)),
    Entry("leukaemia", "Cancer of blood-forming cells, in blood and bone marrow. B-ALL arises from "
          "precursors of B cells.", _TUMOUR, also=("B-ALL", "acute lymphoblastic leukaemia", "leukemia"),
          roles=("tumour",)),
    Entry("lymphoma", "Cancer of lymphocytes, as masses in lymph nodes and elsewhere.", _TUMOUR,
          also=("LBCL", "large B-cell lymphoma"), roles=("tumour",)),
    Entry("myeloma", "Cancer of plasma cells, which make antibodies; its usual target is BCMA.", _TUMOUR,
          also=("multiple myeloma",), roles=("tumour",)),
    Entry("glioma", "Tumour of supporting cells of the brain; the most malignant is glioblastoma.", _TUMOUR,
          also=("glioblastoma",), roles=("tumour",), see=("solid tumour",)),
    Entry("neuroblastoma", "Tumour of children that arises from nerve tissue outside the brain; a target "
          "is GD2.", _TUMOUR, roles=("tumour",), see=("solid tumour",)),
    Entry("solid tumour", "A tumour that is a lump. CAR-T cells must get in, are held down by what "
          "surrounds the tumour, tire, and often meet cells without the antigen.", _TUMOUR,
          also=("solid tumor",), roles=("tumour",)),
    Entry("tumour burden", "How much tumour there is.", _TUMOUR, also=("burden", "tumor burden"),
          unit="cells", roles=("tumour",), readouts=("tumour_nadir", "log10_kill")),
    Entry("antigen loss", "Tumour cells without the antigen, which CAR-T cells do not see.", _TUMOUR,
          also=("antigen escape", "antigen-negative", "escape"), unit="cells",
          roles=("antigen_negative_tumour",), see=("relapse",)),
    Entry("relapse", "The tumour comes back after a response: with the antigen, if the CAR-T cells "
          "were too few; without it, if cells that they cannot see grew on.", _TUMOUR, unit="day",
          roles=("tumour",), readouts=("relapse_day", "relapse_kind")),
    Entry("remission", "No sign of the tumour is left (complete) or much less of it (partial).", _TUMOUR,
          also=("response", "complete response", "partial response"), roles=("tumour",),
          readouts=("best_response", "response_day_28"), see=("MRD",)),
    Entry("MRD", "Tumour cells too few to be seen under a microscope but found by finer tests.", _TUMOUR,
          also=("minimal residual disease", "measurable residual disease"), readouts=("mrd_negative_day",)),
    Entry("rechallenge", "Tumour cells are given again, in an experiment, to see whether memory holds.",
          _TUMOUR, roles=("tumour",), see=("surveillance",)),
    Entry("CRS", "Many activated immune cells release many cytokines at once: fever first, then "
          "low blood pressure and lack of oxygen. Graded 1 to 4.", _HARM,
          also=("cytokine release syndrome",), unit="grade",
          roles=("crs_grade", "temperature", "blood_pressure", "oxygen_saturation"),
          readouts=("crs_max_grade", "crs_onset", "crs_duration"), see=("tocilizumab", "ICANS", "IL-6")),
    Entry("ICANS", "Confusion, loss of words, tremor, rarely seizures; it comes with or after CRS "
          "and passes. Graded 1 to 4 here, by the ICE score.", _HARM,
          also=("neurotoxicity", "immune effector cell-associated neurotoxicity syndrome"), unit="grade",
          roles=("icans_grade", "ice_score"), readouts=("icans_max_grade", "icans_onset", "icans_duration"),
          see=("ICE score", "corticosteroid")),
    Entry("ICE score", "A bedside test of naming, orientation, writing and attention: 10 points is "
          "well.", _HARM, also=("ICE",), unit="points", roles=("ice_score",)),
    Entry("grade", "How severe a harm is: 1 mild, 2 needs some help, 3 severe, 4 life-threatening.", _HARM,
          also=("grading", "ASTCT"), unit="1 to 4", roles=("crs_grade", "icans_grade"),
          readouts=("crs_max_grade", "icans_max_grade")),
    Entry("fever", "A temperature of 38 degrees Celsius or more.", _HARM, unit="degC",
          roles=("temperature",), readouts=("temperature_peak",)),
    Entry("hypotension", "Low blood pressure; in CRS the vessels leak.", _HARM,
          also=("low blood pressure",), unit="mmHg", roles=("blood_pressure",),
          readouts=("blood_pressure_nadir",)),
    Entry("hypoxia", "Too little oxygen in the blood; the patient is short of breath.", _HARM,
          also=("breathlessness", "low oxygen"), unit="percent", roles=("oxygen_saturation",),
          readouts=("oxygen_saturation_nadir",)),
    Entry("CRP", "C-reactive protein, a marker of inflammation that the liver makes when IL-6 "
          "tells it to.", _HARM, also=("C-reactive protein",), unit="mg/dL", roles=("crp",),
          readouts=("crp_peak",)),
    Entry("ferritin", "An iron store and a marker of inflammation and of activated macrophages.", _HARM,
          unit="ng/mL", roles=("ferritin",), readouts=("ferritin_peak",)),
    Entry("neutropenia", "Too few neutrophils: bacteria and fungi have it easy.", _BLOOD,
          also=("low neutrophils",), unit="cells/uL", roles=("neutrophils",),
          readouts=("neutropenia_days", "neutrophil_nadir", "infection_risk_days")),
    Entry("thrombocytopenia", "Too few platelets: wounds bleed longer, and bleeding can begin by itself.",
          _BLOOD, also=("low platelets",), unit="cells/uL", roles=("platelets",),
          readouts=("thrombocytopenia_days", "platelet_nadir", "bleeding_risk_days")),
    Entry("cytopenia", "Too few blood cells of one kind or several.", _BLOOD,
          also=("cytopenias", "low blood counts"), roles=("neutrophils", "platelets", "haemoglobin"),
          see=("neutropenia", "thrombocytopenia", "anaemia")),
    Entry("anaemia", "Too little haemoglobin: tired, pale, short of breath.", _BLOOD, also=("anemia",),
          unit="g/dL", roles=("haemoglobin",)),
    Entry("B-cell aplasia", "Healthy B cells carry CD19 too and are killed. As long as they stay away, "
          "CAR-T cells are still at work; antibodies may have to be given.", _BLOOD, also=("aplasia",),
          unit="days", roles=("b_cells", "immunoglobulin"), readouts=("b_cell_aplasia_days",)),
    Entry("tocilizumab", "An antibody that blocks the receptor of IL-6; it calms CRS and spares the "
          "CAR-T cells.", _CARE, unit="ug/mL", roles=("tocilizumab",), readouts=("tocilizumab_doses",),
          see=("CRS", "IL-6")),
    Entry("corticosteroid", "Dexamethasone and its kin. They calm all of the immune system, CAR-T cells "
          "too.", _CARE, also=("steroid", "steroids", "dexamethasone"), unit="mg",
          roles=("corticosteroid",), readouts=("corticosteroid_days",), see=("ICANS",)),
    Entry("anakinra", "A drug that blocks interleukin 1.", _CARE, unit="mg", roles=("anakinra",)),
    Entry("G-CSF", "A growth factor that hurries neutrophils.", _CARE, unit="ug", roles=("g_csf",),
          see=("neutropenia",)),
    Entry("chemotherapy", "Drugs that kill dividing cells, tumour and bone marrow alike, and are gone "
          "within days.", _CARE, roles=("chemotherapy",)),
    Entry("safety switch", "A drug that kills the CAR-T cells, if they were built to answer to it.", _CARE,
          also=("ablation", "suicide gene"), roles=("safety_switch",)),
)
# fmt: on
