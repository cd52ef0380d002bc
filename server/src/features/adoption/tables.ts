/** Rows that tie people of an old site to ours. */
export interface AdoptionTables {
  adopted_people: {
    /** Such as "django". */
    site: string;
    /** Primary key in the old site's table of users. */
    foreign_id: string;
    person_id: string;
    adopted_at: number;
  };
}
