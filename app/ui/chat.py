"""The script that Streamlit runs."""

from app.ui.page import show

show()
