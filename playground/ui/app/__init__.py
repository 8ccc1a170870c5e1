"""What the entry of the app needs: how it is opened, and which pages are sent what is new."""
