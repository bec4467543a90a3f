mod account;
mod after;
mod applications;
