"""The Flask extensions, made here and bound to an application in ``create_app``."""

from flask_babel import Babel
from flask_compress import Compress
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

db = SQLAlchemy()
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
