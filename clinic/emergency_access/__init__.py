"""Emergency access: an administrator opens one clinic's health data for an hour, with a reason that the clinic reads.

HIPAA asks for such a procedure, 45 CFR 164.312(a)(2)(ii). Without it, the administration shows no patient.
"""
