"""What our notices say of the persons of a comparison."""
