"""Rights of patients over their data (45 CFR 164.524, GDPR 15 and 17): classification, export and erasure."""
