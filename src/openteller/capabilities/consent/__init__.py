"""What people have agreed to and withdrawn, by purpose: asked again each time something is sent."""
