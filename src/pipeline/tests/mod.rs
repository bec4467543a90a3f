mod account;
mod applications;
