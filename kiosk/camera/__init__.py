"""Pictures from a camera, a file or a stream: opened, paced, watched, and opened again when they stop."""
