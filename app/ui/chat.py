"""The script that Streamlit runs."""

from app.log_filter import install_log_filter
from app.ui.page import show

install_log_filter()
show()
