"""Association rules: what goes with what among frequent itemsets, and how surely."""

from nlpkit.itemsets.writing import FORMATS
from nlpkit.rules.generation import association_rules
from nlpkit.rules.measures import DEFAULT, MEASURES
from nlpkit.rules.result import Rule, Rules

__all__ = ["DEFAULT", "FORMATS", "MEASURES", "Rule", "Rules", "association_rules"]
