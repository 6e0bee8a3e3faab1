"""Gates: may a change go out, as far as a run can tell?"""
