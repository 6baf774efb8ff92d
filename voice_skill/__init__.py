"""An offline voice assistant that answers questions about upper back pain.

Sound flows one way through four rooms that never import each other::

    sound -> hear -> Transcript -> understand -> Understanding -> answer -> Reply -> speak -> sound
"""

__version__ = "0.1.0"
