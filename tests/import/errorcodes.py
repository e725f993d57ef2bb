# -*- coding: utf8 -*-

# One.
FAILEDOPERATION = 'FailedOperation'

# Two.
INTERNALERROR_DB = 'InternalError.Db'

# Three.
INTERNALERRORDB = 'InternalErrorDb'

# Four.
LIMITEXCEEDED_THINGS = 'LimitExceeded.Things'
