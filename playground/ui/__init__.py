"""Everything of Streamlit: what the pages are made of."""
